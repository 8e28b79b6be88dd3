package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Findings.Measured;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What is tested, what has grown too large, what is left to do. */
final class QualityLens {

    /** Longer files are hard to keep in one's head; the number is a habit, not a law. */
    private static final int LONG_FILE = 500;

    private QualityLens() {}

    static void write(Survey survey, Report report) throws InterruptedException {
        tests(survey, report);
        untested(survey, report);
        longest(survey, report);
        copies(survey, report);
        todos(survey, report);
        habits(survey, report);
    }

    static void glance(Survey survey, Report report) throws InterruptedException {
        tests(survey, report);
        untested(survey, report);
    }

    private static void tests(Survey survey, Report report) throws InterruptedException {
        report.section("Tests");
        Findings findings = survey.findings;
        List<RepoFile> tests = findings.tests();
        long code = findings.codeLines();
        if (tests.isEmpty()) {
            report.paragraph(
                    code == 0 ? "There is no code to test." : "There are no tests that this survey would know.");
            if (code > 0) {
                survey.advise(
                        85,
                        "Write a first test: " + Markdown.count(code, "line")
                                + " of code have none. Begin with what changes most.");
            }
            return;
        }
        report.paragraph(Markdown.count(tests.size(), "test file") + " with "
                + Markdown.count(findings.testLines(), "line") + ", beside " + Markdown.count(code, "line")
                + " of code: " + Overview.ratio(findings.testLines(), code) + " to one.");
        Map<String, long[]> byFolder = new TreeMap<>();
        for (RepoFile file : findings.files) {
            if (file.isOwnCode() || (file.isTest() && !file.isForeign())) {
                long[] lines = byFolder.computeIfAbsent(module(file), folder -> new long[3]);
                lines[file.isTest() ? 1 : 0] += findings.lines(file);
                lines[2] += file.isTest() ? 1 : 0;
            }
        }
        List<List<String>> rows = byFolder.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> entry) -> entry.getValue()[0])
                        .reversed())
                .limit(15)
                .map(entry -> List.of(
                        entry.getKey().equals(".") ? "(top)" : Markdown.code(entry.getKey() + "/"),
                        Markdown.number(entry.getValue()[0]),
                        Markdown.number(entry.getValue()[1]),
                        Markdown.number(entry.getValue()[2]),
                        Overview.ratio(entry.getValue()[1], entry.getValue()[0])))
                .toList();
        report.table(List.of("Part", "#Code lines", "#Test lines", "#Test files", "#Ratio"), rows);
        byFolder.entrySet().stream()
                .filter(entry -> entry.getValue()[0] > 300 && entry.getValue()[1] == 0)
                .max(Comparator.comparingLong(entry -> entry.getValue()[0]))
                .ifPresent(entry -> survey.advise(
                        75,
                        "Test " + Markdown.code(entry.getKey()) + ": it has "
                                + Markdown.count(entry.getValue()[0], "line") + " of code and no test of its own."));
        if (code > 500 && findings.testLines() * 5 < code) {
            survey.advise(
                    65,
                    "There are " + Overview.ratio(findings.testLines(), code)
                            + " lines of test for each line of code; a change is easier to trust above 0.5.");
        }
    }

    /** The folder above a usual source layout: a module, where there are any. */
    private static String module(RepoFile file) {
        int source = file.path().indexOf("/src/");
        return source > 0 ? file.path().substring(0, source) : file.topFolder();
    }

    /** Code files whose name stands in no test file's name. */
    private static void untested(Survey survey, Report report) throws InterruptedException {
        Findings findings = survey.findings;
        if (findings.tests().isEmpty()) {
            return;
        }
        String testNames = findings.tests().stream()
                .map(file -> Findings.stemOf(file).toLowerCase(Locale.ROOT).replace("_", ""))
                .reduce("", (a, b) -> a + "\n" + b);
        List<RepoFile> untested = findings.ownCode().stream()
                .filter(file -> findings.lines(file) >= 80)
                .filter(file -> !testNames.contains(
                        Findings.stemOf(file).toLowerCase(Locale.ROOT).replace("_", "")))
                .sorted(Comparator.comparingInt(findings::lines).reversed())
                .limit(12)
                .toList();
        if (untested.isEmpty()) {
            return;
        }
        report.part("Large code files that no test is named for");
        report.paragraph("They may well be tested through others; these are where to look first.");
        List<List<String>> rows = new ArrayList<>();
        for (RepoFile file : untested) {
            rows.add(List.of(
                    Markdown.code(file.path()),
                    Markdown.number(findings.lines(file)),
                    Markdown.number(survey.history.commitsOf(file.path()))));
        }
        report.table(List.of("File", "#Lines", "#Commits seen"), rows);
        RepoFile first = untested.stream()
                .max(Comparator.comparingLong(
                        file -> (long) findings.lines(file) * (1 + survey.history.commitsOf(file.path()))))
                .orElseThrow();
        survey.advise(
                70,
                "Look whether " + Markdown.code(first.path()) + " is tested: "
                        + Markdown.count(findings.lines(first), "line") + ", and no test has its name.");
    }

    static void longest(Survey survey, Report report) throws InterruptedException {
        List<Measured> code = survey.findings.texts.values().stream()
                .filter(text -> text.file().language().isCode() && !text.file().isForeign())
                .sorted(Comparator.comparingInt(Measured::lines).reversed())
                .limit(12)
                .toList();
        if (code.isEmpty()) {
            return;
        }
        report.section("The longest code files");
        List<List<String>> rows = code.stream()
                .map(text -> List.of(
                        Markdown.code(text.file().path()),
                        Markdown.number(text.lines()),
                        Markdown.number(text.longestLine()),
                        text.file().isTest() ? "test" : ""))
                .toList();
        report.table(List.of("File", "#Lines", "#Longest line", ""), rows);
        code.stream()
                .filter(text -> text.lines() > LONG_FILE && !text.file().isTest())
                .findFirst()
                .ifPresent(text -> survey.advise(
                        55,
                        "Split " + Markdown.code(text.file().path()) + ": " + Markdown.number(text.lines())
                                + " lines are more than one subject."));
    }

    private static void copies(Survey survey, Report report) throws InterruptedException {
        Map<String, List<RepoFile>> same = new HashMap<>();
        for (RepoFile file : survey.findings.files) {
            if (file.size() > 200 && !file.isForeign() && !file.symbolicLink()) {
                same.computeIfAbsent(file.id().name(), id -> new ArrayList<>()).add(file);
            }
        }
        List<List<RepoFile>> copies = same.values().stream()
                .filter(files -> files.size() > 1)
                .sorted(Comparator.comparingLong(
                                (List<RepoFile> files) -> files.getFirst().size() * files.size())
                        .reversed()
                        .thenComparing(files -> files.getFirst().path()))
                .limit(8)
                .toList();
        if (copies.isEmpty()) {
            return;
        }
        report.section("Files that are there more than once");
        for (List<RepoFile> files : copies) {
            report.item(Markdown.code(files.getFirst().path()) + " = "
                    + Markdown.code(files.get(1).path())
                    + (files.size() > 2 ? " and " + (files.size() - 2) + " more" : ""));
        }
        report.end();
        survey.advise(
                35,
                "Keep one of " + Markdown.code(copies.getFirst().getFirst().path()) + " and "
                        + Markdown.code(copies.getFirst().get(1).path()) + ": they are the same, byte for byte.");
    }

    static void todos(Survey survey, Report report) throws InterruptedException {
        Findings findings = survey.findings;
        report.section("Left to do");
        if (findings.todos.isEmpty()) {
            report.paragraph("No TODO, FIXME, HACK or XXX in the code's comments.");
            return;
        }
        report.paragraph(findings.todoCounts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + Markdown.number(entry.getValue()))
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("")
                + ".");
        List<Findings.Todo> shown = findings.todos.stream()
                .sorted(Comparator.comparingInt(
                        (Findings.Todo todo) -> todo.marker().equals("TODO") ? 1 : 0))
                .limit(20)
                .toList();
        for (Findings.Todo todo : shown) {
            report.item("**" + todo.marker() + "** " + Markdown.code(todo.path(), todo.line())
                    + (todo.text().isBlank() ? "" : " – " + Markdown.text(todo.text(), 160)));
        }
        if (findings.todoCount() > shown.size()) {
            report.item("and " + Markdown.number(findings.todoCount() - shown.size()) + " more");
        }
        report.end();
        findings.todos.stream()
                .filter(todo -> todo.marker().equals("FIXME"))
                .findFirst()
                .ifPresent(todo -> survey.advise(
                        50,
                        "Settle the FIXME at " + Markdown.code(todo.path(), todo.line())
                                + ": its author knew that something is wrong there."));
        if (findings.todoCount() >= 20) {
            survey.advise(
                    40,
                    "Turn the " + findings.todoCount()
                            + " notes in the code into issues, or strike them: nobody works through a list that is"
                            + " spread over files.");
        }
    }

    private static final String FORMATTER = "A formatter or linter is configured";

    private static final Map<String, String> HABITS = new TreeMap<>(Map.of(
            FORMATTER,
            "(^|/)(\\.eslintrc.*|eslint\\.config\\..*|\\.prettierrc.*|biome\\.json|\\.rubocop\\.yml|ruff\\.toml|\\.flake8"
                    + "|\\.golangci\\.ya?ml|rustfmt\\.toml|\\.clang-format|checkstyle.*\\.xml|\\.scalafmt\\.conf|detekt.*\\.yml"
                    + "|\\.pre-commit-config\\.yaml|phpcs\\.xml.*)$",
            "Editors are told the style (`.editorconfig`)",
            "^\\.editorconfig$",
            "Code owners are named",
            "(^|/)codeowners$",
            "There is a guide for contributors",
            "(^|/)contributing(\\.\\w+)?$",
            "Changes are listed",
            "(^|/)(changelog|changes|history|news)(\\.\\w+)?$"));

    private static void habits(Survey survey, Report report) throws InterruptedException {
        report.section("Habits");
        for (Map.Entry<String, String> habit : HABITS.entrySet()) {
            boolean found = survey.findings.has(habit.getValue())
                    || (habit.getKey().equals(FORMATTER) && survey.findings.formatted);
            report.item((found ? "Yes: " : "No: ") + habit.getKey());
        }
        boolean checked = survey.findings.manifests.stream()
                .flatMap(manifest -> manifest.scripts().stream())
                .anyMatch(Pattern.compile("lint|format|check").asPredicate());
        if (checked) {
            report.item("Yes: A manifest has a script that lints or formats");
        }
        report.end();
    }
}
