package dev.aideator.agent.survey;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is where, where it starts, and what to read first. */
final class MapLens {

    private MapLens() {}

    static void write(Survey survey, Report report) throws InterruptedException {
        purpose(survey, report);
        languages(survey, report);
        layout(survey, report);
        entryPoints(survey, report);
        routes(survey, report);
        centre(survey, report);
        vocabulary(survey, report);
        reading(survey, report);
    }

    static void glance(Survey survey, Report report) throws InterruptedException {
        layout(survey, report);
        entryPoints(survey, report);
    }

    private static void purpose(Survey survey, Report report) throws InterruptedException {
        String readMe = survey.findings.readMes.get(".");
        if (readMe == null) {
            survey.advise(70, "Write a README: a newcomer finds no word about what this is and how it is started.");
            return;
        }
        Optional<String> text = firstParagraph(readMe);
        if (text.isPresent()) {
            report.section("What it says of itself");
            report.paragraph("> " + Markdown.text(SecretLooking.redact(text.get()), 600));
        }
    }

    /** The first lines of a README that are prose: no heading, badge, picture or markup. */
    static Optional<String> firstParagraph(String readMe) {
        StringBuilder paragraph = new StringBuilder();
        boolean fenced = false;
        for (String line : readMe.lines().toList()) {
            String stripped = line.strip();
            fenced ^= stripped.startsWith("```");
            boolean prose = !fenced
                    && !stripped.isEmpty()
                    && Character.isLetterOrDigit(stripped.codePointAt(0))
                    && !stripped.matches("[=-]{3,}");
            if (prose) {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(stripped);
            } else if (paragraph.length() > 40) {
                break;
            } else {
                paragraph.setLength(0);
            }
        }
        return paragraph.isEmpty() ? Optional.empty() : Optional.of(paragraph.toString());
    }

    static void languages(Survey survey, Report report) throws InterruptedException {
        List<Overview.Share> shares = Overview.shares(survey.findings);
        if (shares.isEmpty()) {
            return;
        }
        report.section("Languages and sizes");
        long all = shares.stream().mapToLong(Overview.Share::lines).sum();
        List<List<String>> rows = new ArrayList<>();
        for (Overview.Share share : shares.subList(0, Math.min(15, shares.size()))) {
            rows.add(List.of(
                    share.language().name(),
                    Markdown.number(share.files()),
                    Markdown.number(share.lines()),
                    Markdown.percent(share.lines(), all),
                    Markdown.bytes(share.bytes())));
        }
        report.table(List.of("Language", "#Files", "#Lines", "#Share", "#Size"), rows);
        long foreign =
                survey.findings.files.stream().filter(RepoFile::isForeign).count();
        if (foreign > 0) {
            report.paragraph("Not counted: " + Markdown.count(foreign, "file")
                    + " that tools wrote or that were copied from elsewhere (lock files, generated code, vendored"
                    + " folders).");
        }
    }

    private static void layout(Survey survey, Report report) throws InterruptedException {
        Map<String, List<RepoFile>> folders = new TreeMap<>();
        for (RepoFile file : survey.findings.files) {
            folders.computeIfAbsent(file.topFolder(), folder -> new ArrayList<>())
                    .add(file);
        }
        if (folders.isEmpty()) {
            return;
        }
        report.section("Layout");
        List<List<String>> rows = new ArrayList<>();
        folders.entrySet().stream()
                .sorted(Comparator.comparingLong(
                                (Map.Entry<String, List<RepoFile>> entry) -> lines(survey, entry.getValue()))
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(25)
                .forEach(entry -> rows.add(List.of(
                        entry.getKey().equals(".") ? "(top)" : Markdown.code(entry.getKey() + "/"),
                        Markdown.number(entry.getValue().size()),
                        Markdown.number(lines(survey, entry.getValue())),
                        mainLanguage(survey, entry.getValue()),
                        about(survey, entry.getKey()))));
        report.table(List.of("Folder", "#Files", "#Lines", "Mostly", "What it says of itself"), rows);
        if (folders.size() > 25) {
            report.paragraph("And " + Markdown.count(folders.size() - 25L, "smaller folder") + ".");
        }
    }

    private static long lines(Survey survey, List<RepoFile> files) {
        return files.stream().mapToLong(survey.findings::lines).sum();
    }

    private static String mainLanguage(Survey survey, List<RepoFile> files) {
        Map<String, Integer> lines = new HashMap<>();
        files.forEach(file -> lines.merge(file.language().name(), survey.findings.lines(file), Integer::sum));
        return lines.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static String about(Survey survey, String folder) {
        String readMe = folder.equals(".") ? null : survey.findings.readMes.get(folder);
        if (readMe != null && firstParagraph(readMe).isPresent()) {
            return Markdown.text(SecretLooking.redact(firstParagraph(readMe).get()), 120);
        }
        return survey.findings.manifests.stream()
                .filter(manifest -> manifest.name() != null
                        && manifest.path().lastIndexOf('/') == folder.length()
                        && manifest.path().startsWith(folder + "/"))
                .map(manifest -> manifest.tool() + " module " + Markdown.code(manifest.name()))
                .findFirst()
                .orElse("");
    }

    static void entryPoints(Survey survey, Report report) throws InterruptedException {
        report.section("Entry points");
        List<Findings.EntryPoint> all = survey.findings.entryPoints;
        if (all.isEmpty()) {
            report.paragraph("No program starts here that this survey would know: perhaps a library, or text.");
            return;
        }
        for (Findings.EntryPoint entry : all.subList(0, Math.min(25, all.size()))) {
            report.item(Markdown.code(entry.path(), entry.line()) + " – " + entry.what());
        }
        if (all.size() > 25) {
            report.item("and " + (all.size() - 25) + " more");
        }
        report.end();
    }

    private static void routes(Survey survey, Report report) throws InterruptedException {
        Map<String, Integer> routes = survey.findings.httpRoutes;
        if (routes.isEmpty()) {
            return;
        }
        report.part("Where HTTP comes in");
        List<Map.Entry<String, Integer>> most = routes.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(10)
                .toList();
        for (Map.Entry<String, Integer> route : most) {
            report.item(Markdown.code(route.getKey()) + " – " + Markdown.count(route.getValue(), "route"));
        }
        report.end();
    }

    /** The files whose names stand in most other files are what everything else leans on. */
    private static void centre(Survey survey, Report report) throws InterruptedException {
        Map<String, Integer> central = new LinkedHashMap<>();
        for (RepoFile file : survey.findings.ownCode()) {
            int uses = survey.findings.mentions.getOrDefault(Findings.stemOf(file), 0);
            if (uses > 2) {
                central.put(file.path(), uses);
            }
        }
        if (central.size() < 3) {
            return;
        }
        report.section("What the rest leans on");
        report.paragraph("Code files by the number of other files that name them.");
        List<List<String>> rows = new ArrayList<>();
        central.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(12)
                .forEach(entry -> rows.add(List.of(Markdown.code(entry.getKey()), Markdown.number(entry.getValue()))));
        report.table(List.of("File", "#Named in files"), rows);
    }

    private static void vocabulary(Survey survey, Report report) throws InterruptedException {
        List<String> words = survey.findings.vocabulary.entrySet().stream()
                .filter(word ->
                        word.getValue() >= 5 && word.getKey().length() > 3 && !Language.isKeyword(word.getKey()))
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(30)
                .map(word -> Markdown.code(word.getKey()) + " " + Markdown.number(word.getValue()))
                .toList();
        if (words.size() < 10) {
            return;
        }
        report.section("The words of this code");
        report.paragraph("Found most often in identifiers and comments; they name what the code is about: "
                + String.join(", ", words) + ".");
    }

    private static void reading(Survey survey, Report report) throws InterruptedException {
        List<String> steps = new ArrayList<>();
        if (survey.findings.readMes.containsKey(".")) {
            steps.add("the README at the top");
        }
        survey.findings.files.stream()
                .map(RepoFile::path)
                .filter(path -> path.matches(
                        "(?i)(docs/)?(architecture|design|contributing|developers|development)\\.(md|rst|adoc)"))
                .limit(3)
                .forEach(path -> steps.add(Markdown.code(path)));
        survey.findings.manifests.stream()
                .min(Comparator.comparingInt(manifest -> manifest.path().length()))
                .ifPresent(manifest -> steps.add(Markdown.code(manifest.path()) + ", for what it is built of"));
        survey.findings.entryPoints.stream()
                .limit(2)
                .forEach(entry -> steps.add(Markdown.code(entry.path()) + ", where it starts"));
        survey.findings.ownCode().stream()
                .filter(file -> survey.findings.mentions.getOrDefault(Findings.stemOf(file), 0) > 2)
                .max(Comparator.comparingInt(file -> survey.findings.mentions.getOrDefault(Findings.stemOf(file), 0)))
                .ifPresent(file -> steps.add(Markdown.code(file.path()) + ", which most of the rest names"));
        if (steps.size() < 2) {
            return;
        }
        report.section("Where to start reading");
        for (int i = 0; i < steps.size(); i++) {
            report.numbered(
                    i + 1,
                    steps.get(i).substring(0, 1).toUpperCase(Locale.ROOT)
                            + steps.get(i).substring(1) + ".");
        }
        report.end();
        survey.advise(
                60, "Read in this order: " + steps.stream().limit(4).collect(Collectors.joining("; then ")) + ".");
    }
}
