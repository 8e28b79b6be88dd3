package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Findings.Measured;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What every report says in short, whatever its lens. */
final class Overview {

    private Overview() {}

    /** Files and lines of one language. */
    record Share(Language language, int files, long lines, long bytes) {}

    static List<Share> shares(Findings findings) {
        Map<String, Share> shares = new HashMap<>();
        for (Measured text : findings.texts.values()) {
            RepoFile file = text.file();
            if (!file.isForeign()) {
                shares.merge(
                        file.language().name(),
                        new Share(file.language(), 1, text.lines(), file.size()),
                        (a, b) -> new Share(
                                a.language(), a.files() + b.files(), a.lines() + b.lines(), a.bytes() + b.bytes()));
            }
        }
        return shares.values().stream()
                .sorted(Comparator.comparingLong(Share::lines)
                        .reversed()
                        .thenComparing(share -> share.language().name()))
                .toList();
    }

    static void write(Survey survey, Report report) throws InterruptedException {
        Findings findings = survey.findings;
        report.section("At a glance");
        long bytes = findings.files.stream().mapToLong(RepoFile::size).sum();
        long lines = findings.texts.values().stream().mapToLong(Measured::lines).sum();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "Size",
                Markdown.count(findings.files.size(), "file") + ", " + Markdown.count(lines, "line") + ", "
                        + Markdown.bytes(bytes)));
        rows.add(List.of("Languages", languages(findings)));
        rows.add(List.of("Tests", tests(findings)));
        rows.add(List.of("History", history(survey)));
        rows.add(List.of("Built with", tools(findings)));
        rows.add(List.of("Licence", findings.licence == null ? "none found" : findings.licence));
        rows.add(List.of("Continuous integration", findings.hasContinuousIntegration() ? "configured" : "none found"));
        report.table(List.of("What", "Found"), rows);
        if (findings.files.isEmpty()) {
            report.paragraph("The commit has no files.");
        }
    }

    private static String languages(Findings findings) {
        List<Share> code = shares(findings).stream()
                .filter(share -> share.language().isCode())
                .toList();
        if (code.isEmpty()) {
            return "no code";
        }
        long all = code.stream().mapToLong(Share::lines).sum();
        return code.stream()
                .limit(4)
                .map(share -> share.language().name() + " " + Markdown.percent(share.lines(), all))
                .collect(Collectors.joining(", "));
    }

    private static String tests(Findings findings) {
        long tests = findings.tests().size();
        return tests == 0
                ? "none found"
                : Markdown.count(tests, "test file") + ", "
                        + ratio(findings.testLines(), findings.codeLines())
                        + " lines of test for each line of code";
    }

    static String ratio(long part, long whole) {
        return whole == 0 ? "no" : String.format(Locale.ROOT, "%.2f", (double) part / whole);
    }

    private static String history(Survey survey) {
        History history = survey.history;
        return history.extent() + " by " + Markdown.count(history.authors.size(), "author") + ", the latest "
                + survey.ago(survey.committed());
    }

    private static String tools(Findings findings) {
        String tools =
                findings.manifests.stream().map(Manifest::tool).distinct().collect(Collectors.joining(", "));
        return tools.isEmpty() ? "no manifest that this survey knows" : tools;
    }
}
