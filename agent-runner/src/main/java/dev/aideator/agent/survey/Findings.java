package dev.aideator.agent.survey;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What reading the files brought to light. Filled file by file; the lenses look at it afterwards. */
final class Findings implements Scan.Reader {

    record Todo(String path, int line, String marker, String text) {}

    record Secret(String path, int line, String kind) {}

    record EntryPoint(String path, int line, String what) {}

    record Measured(RepoFile file, int lines, int longestLine) {}

    /** More than anyone reads; the number of all is kept. */
    private static final int KEPT = 500;

    private static final Pattern TODO =
            Pattern.compile("(?:^|[^\\w`\"'])(TODO|FIXME|HACK|XXX)\\b(?:\\([^)]*\\))?[:\\s-]*(.*)");
    private static final Pattern IDENTIFIER = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]{3,}+");
    private static final Pattern FORMATTER = Pattern.compile(
            "spotless|checkstyle|pmd|spotbugs|formatter-maven-plugin|ktlint|detekt|eslint|prettier|biome|oxlint|stylelint"
                    + "|\\bruff\\b|flake8|\\bblack\\b|pylint");
    private static final Pattern IMPORT =
            Pattern.compile("^\\s*(import|from|use|using|#include|require|mod|export)\\b|require\\(|\\bfrom ['\"]");
    /** Names that files have in every project, and words that stand in every text. */
    private static final Set<String> ANYWHERE = Set.of(
            "index",
            "main",
            "utils",
            "util",
            "test",
            "tests",
            "types",
            "type",
            "init",
            "__init__",
            "config",
            "package",
            "module",
            "common",
            "helpers",
            "constants",
            "error",
            "errors",
            "model",
            "models",
            "file",
            "files",
            "string",
            "list",
            "name",
            "value",
            "data",
            "core",
            "base",
            "package-info",
            "module-info");

    private static final Pattern COMMENT = Pattern.compile("//|#|/\\*|\\*|--|<!--|;|%|\"\"\"|'''");

    final List<RepoFile> files;
    final Map<String, Measured> texts = new LinkedHashMap<>();
    final List<RepoFile> binaries = new ArrayList<>();
    final List<RepoFile> unread = new ArrayList<>();
    final List<RepoFile> links = new ArrayList<>();
    final List<Todo> todos = new ArrayList<>();
    final Map<String, Integer> todoCounts = new TreeMap<>();
    final List<Secret> secrets = new ArrayList<>();
    final List<EntryPoint> entryPoints = new ArrayList<>();
    final List<Manifest> manifests = new ArrayList<>();
    final Map<String, Integer> vocabulary = new HashMap<>();
    final Map<String, String> readMes = new TreeMap<>();
    final Map<String, Integer> httpRoutes = new TreeMap<>();
    /** By a code file's name without its extension: how many other code files name it. */
    final Map<String, Integer> mentions = new HashMap<>();

    private final Set<String> stems = new HashSet<>();
    String licence;
    /** Whether a manifest names a tool that formats or lints. */
    boolean formatted;

    final Question question;

    Findings(List<RepoFile> files, Question question) {
        this.files = files;
        this.question = question;
        files.stream()
                .filter(RepoFile::isOwnCode)
                .map(Findings::stemOf)
                .filter(stem -> stem.length() > 3 && !ANYWHERE.contains(stem))
                .forEach(stems::add);
    }

    /** A file's name without its extension. */
    static String stemOf(RepoFile file) {
        String name = file.name();
        int dot = name.indexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    @Override
    public void read(RepoFile file, Optional<String> text, Scan.Unread why) {
        switch (why) {
            case TOO_LARGE, TOO_MUCH -> unread.add(file);
            case BINARY -> binaries.add(file);
            case LINK -> links.add(file);
            case NOTHING -> read(file, text.orElseThrow());
        }
    }

    private void read(RepoFile file, String text) {
        List<String> lines = text.lines().toList();
        int longest = lines.stream().mapToInt(String::length).max().orElse(0);
        texts.put(file.path(), new Measured(file, lines.size(), longest));
        if (file.isForeign()) {
            return;
        }
        boolean prose = file.language().kind() == Language.Kind.PROSE;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!prose) {
                todo(file, i + 1, line);
            }
            if (!file.isTest()) {
                int number = i + 1;
                SecretLooking.in(line).ifPresent(kind -> secret(file, number, kind));
            }
        }
        if (file.language().isCode()) {
            EntryPoints.find(file, lines).forEach(entryPoints::add);
            countMentions(file, text);
            if (file.isOwnCode()) {
                int routes = EntryPoints.routes(file, lines);
                if (routes > 0) {
                    httpRoutes.put(file.path(), routes);
                }
                if (vocabulary.size() < 200_000) {
                    Words.each(text, word -> vocabulary.merge(word, 1, Integer::sum));
                }
            }
        }
        if (!file.path().startsWith(".")) {
            EntryPoints.ofPackaging(file, lines).forEach(entryPoints::add);
        }
        String name = file.lowerName();
        formatted |= (name.equals("pom.xml")
                        || name.startsWith("build.gradle")
                        || name.equals("package.json")
                        || name.equals("pyproject.toml")
                        || name.equals("tox.ini")
                        || name.equals("setup.cfg"))
                && FORMATTER.matcher(text).find();
        Manifest.of(file, text).ifPresent(manifests::add);
        if (file.lowerName().startsWith("readme")) {
            readMes.put(file.folder(), text);
        }
        if (licence == null
                && file.folder().equals(".")
                && file.lowerName().matches("(licen[cs]e|copying|unlicense).*")) {
            licence = Licences.name(text);
        }
        question.read(file, text, lines);
    }

    private void countMentions(RepoFile file, String text) {
        Set<String> named = new HashSet<>();
        Matcher identifiers = IDENTIFIER.matcher(text);
        while (identifiers.find()) {
            if (stems.contains(identifiers.group()) && (isName(identifiers.group()) || stands(identifiers, text))) {
                named.add(identifiers.group());
            }
        }
        named.remove(stemOf(file));
        named.forEach(stem -> mentions.merge(stem, 1, Integer::sum));
    }

    /** {@code SessionStore} and {@code session_store} name something; {@code session} may be any word. */
    private static boolean isName(String identifier) {
        return identifier.indexOf('_') > 0
                || (!identifier.equals(identifier.toLowerCase(Locale.ROOT))
                        && !identifier.equals(identifier.toUpperCase(Locale.ROOT)));
    }

    /** Whether a word stands where files name each other. */
    private static boolean stands(Matcher word, String text) {
        int start = text.lastIndexOf('\n', word.start()) + 1;
        return IMPORT.matcher(text.substring(start, Math.min(word.start(), start + 300)))
                .find();
    }

    private void todo(RepoFile file, int number, String line) {
        if (line.length() > 1000
                || !(line.contains("TODO")
                        || line.contains("FIXME")
                        || line.contains("HACK")
                        || line.contains("XXX"))) {
            return;
        }
        Matcher matcher = TODO.matcher(line);
        // In a comment, or it is someone's string or name.
        if (matcher.find()
                && COMMENT.matcher(line.substring(0, matcher.start(1))).find()) {
            todoCounts.merge(matcher.group(1), 1, Integer::sum);
            if (todos.size() < KEPT) {
                todos.add(new Todo(
                        file.path(),
                        number,
                        matcher.group(1),
                        SecretLooking.redact(matcher.group(2).strip())));
            }
        }
    }

    private void secret(RepoFile file, int line, String kind) {
        if (secrets.size() < KEPT) {
            secrets.add(new Secret(file.path(), line, kind));
        }
    }

    int todoCount() {
        return todoCounts.values().stream().mapToInt(Integer::intValue).sum();
    }

    int lines(RepoFile file) {
        Measured measured = texts.get(file.path());
        return measured == null ? 0 : measured.lines();
    }

    long codeLines() {
        return texts.values().stream()
                .filter(text -> text.file().isOwnCode())
                .mapToLong(Measured::lines)
                .sum();
    }

    long testLines() {
        return texts.values().stream()
                .filter(text -> text.file().isTest() && !text.file().isForeign())
                .mapToLong(Measured::lines)
                .sum();
    }

    List<RepoFile> ownCode() {
        return files.stream().filter(RepoFile::isOwnCode).toList();
    }

    List<RepoFile> tests() {
        return files.stream().filter(file -> file.isTest() && !file.isForeign()).toList();
    }

    boolean has(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return files.stream()
                .anyMatch(file ->
                        pattern.matcher(file.path().toLowerCase(Locale.ROOT)).find());
    }

    boolean hasContinuousIntegration() {
        return has("^\\.github/workflows/.*\\.ya?ml$|^\\.gitlab-ci\\.yml$|^jenkinsfile$|^\\.circleci/|^azure-pipelines"
                + "|^\\.travis\\.yml$|^\\.drone\\.yml$|^bitbucket-pipelines\\.yml$|^\\.buildkite/|^\\.woodpecker"
                + "|^\\.ci/|^\\.tekton/");
    }
}
