package dev.aideator.agent.survey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** What may hurt later. */
final class RiskLens {

    private static final long HEAVY = 1L << 20;
    private static final Pattern ENVIRONMENT_FILE = Pattern.compile("(^|/)\\.env(\\.(local|production|prod))?$");

    private RiskLens() {}

    static void write(Survey survey, Report report) throws InterruptedException {
        risks(survey, report);
        secrets(survey, report);
        heavy(survey, report);
        links(survey, report);
        QualityLens.todos(survey, report);
        QualityLens.longest(survey, report);
        BuildLens.locks(survey, report);
    }

    static void glance(Survey survey, Report report) throws InterruptedException {
        risks(survey, report);
        secrets(survey, report);
    }

    private record Risk(String weight, String what) {}

    private static void risks(Survey survey, Report report) throws InterruptedException {
        Findings findings = survey.findings;
        List<Risk> risks = new ArrayList<>();
        if (!findings.secrets.isEmpty()) {
            risks.add(new Risk("high", Markdown.count(findings.secrets.size(), "string") + " that look like secrets"));
        }
        for (RepoFile file : findings.files) {
            if (ENVIRONMENT_FILE.matcher(file.path()).find()) {
                risks.add(new Risk("high", "An environment file is checked in: " + Markdown.code(file.path())));
                survey.advise(
                        82, "Take " + Markdown.code(file.path()) + " out of the repository, and change what it told.");
            }
        }
        if (findings.licence == null && !findings.files.isEmpty()) {
            risks.add(new Risk("medium", "No licence: nobody else may use this"));
            survey.advise(52, "Say under which licence this may be used; without one nobody may.");
        }
        if (findings.tests().isEmpty() && findings.codeLines() > 0) {
            risks.add(new Risk("high", "No tests for " + Markdown.count(findings.codeLines(), "line") + " of code"));
            survey.advise(72, "Write tests before the next change; there are none to tell what it breaks.");
        }
        if (!findings.hasContinuousIntegration() && findings.codeLines() > 0) {
            risks.add(new Risk("medium", "No continuous integration"));
            survey.advise(54, "Let a machine build and test every change; no continuous integration was found.");
        }
        if (!findings.readMes.containsKey(".") && !findings.files.isEmpty()) {
            risks.add(new Risk("medium", "No README at the top"));
        }
        if (Duration.between(survey.committed(), survey.now).toDays() > 365) {
            risks.add(new Risk("medium", "The latest commit is " + survey.ago(survey.committed())));
            survey.advise(
                    53,
                    "Decide whether this is still kept; its latest commit is " + survey.ago(survey.committed()) + ".");
        }
        long copied = findings.files.stream()
                .filter(file -> file.path()
                        .matches("(.*/)?(node_modules|\\.venv|venv|site-packages|__pycache__|target/classes)/.*"))
                .count();
        if (copied > 0) {
            risks.add(new Risk(
                    "medium", Markdown.count(copied, "file") + " that a tool makes or fetches are checked in"));
            survey.advise(
                    46,
                    "Take what tools make or fetch (" + Markdown.count(copied, "file") + ") out of the repository.");
        }
        if (survey.history.authors.size() == 1 && survey.history.commits > 20) {
            risks.add(new Risk("low", "All commits seen are one author's"));
        }
        report.section("Risks");
        if (risks.isEmpty()) {
            report.paragraph("None of those that this survey looks for.");
            return;
        }
        report.table(
                List.of("Weight", "What"),
                risks.stream().map(risk -> List.of(risk.weight(), risk.what())).toList());
    }

    private static void secrets(Survey survey, Report report) throws InterruptedException {
        List<Findings.Secret> secrets = survey.findings.secrets;
        if (secrets.isEmpty()) {
            return;
        }
        report.section("Strings that look like secrets");
        report.paragraph(
                "By shape only, and not shown here. What looks like an example, and what stands in tests, is left"
                        + " out.");
        for (Findings.Secret secret : secrets.subList(0, Math.min(25, secrets.size()))) {
            report.item(Markdown.code(secret.path(), secret.line()) + " – " + secret.kind());
        }
        if (secrets.size() > 25) {
            report.item("and " + (secrets.size() - 25) + " more");
        }
        report.end();
        Findings.Secret first = secrets.getFirst();
        survey.advise(
                88,
                "Look at " + Markdown.code(first.path(), first.line()) + " (" + first.kind()
                        + "): if it is real, change it where it is used; taking it out of the file is not enough.");
    }

    private static void heavy(Survey survey, Report report) throws InterruptedException {
        List<RepoFile> heavy = survey.findings.files.stream()
                .filter(file -> file.size() > HEAVY || survey.findings.binaries.contains(file))
                .sorted(Comparator.comparingLong(RepoFile::size).reversed().thenComparing(RepoFile::path))
                .toList();
        if (heavy.isEmpty()) {
            return;
        }
        report.section("Heavy and binary files");
        long bytes = heavy.stream().mapToLong(RepoFile::size).sum();
        report.paragraph(Markdown.count(heavy.size(), "file") + ", " + Markdown.bytes(bytes)
                + " together. Every clone carries every version of them.");
        List<List<String>> rows = heavy.stream()
                .limit(15)
                .map(file -> List.of(
                        Markdown.code(file.path()),
                        Markdown.bytes(file.size()),
                        survey.findings.binaries.contains(file)
                                ? "binary"
                                : survey.findings.unread.contains(file) ? "not read: too large" : "text"))
                .toList();
        report.table(List.of("File", "#Size", ""), rows);
        if (heavy.getFirst().size() > 5 * HEAVY) {
            survey.advise(
                    44,
                    "Move " + Markdown.code(heavy.getFirst().path()) + " ("
                            + Markdown.bytes(heavy.getFirst().size())
                            + ") out of git, or into Git LFS.");
        }
    }

    private static void links(Survey survey, Report report) throws InterruptedException {
        List<RepoFile> links = survey.findings.links;
        if (links.isEmpty()) {
            return;
        }
        report.section("Symbolic links");
        report.paragraph("They were not followed.");
        for (RepoFile link : links.subList(0, Math.min(15, links.size()))) {
            report.item(Markdown.code(link.path()));
        }
        report.end();
    }
}
