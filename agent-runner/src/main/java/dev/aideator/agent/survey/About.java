package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Question.Match;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the files have to say to the words of the prompt. */
final class About {

    private static final int FILES = 8;
    private static final int EXCERPTS = 3;

    private About() {}

    static void write(Survey survey, Report report) throws InterruptedException {
        Question question = survey.findings.question;
        if (question.words().isEmpty() || survey.findings.files.isEmpty()) {
            return;
        }
        report.section("About your question");
        List<Match> matches = question.best(FILES);
        String words = question.words().stream().limit(15).map(Markdown::code).collect(Collectors.joining(", "));
        if (matches.isEmpty()) {
            report.paragraph("No file has any of the words that the prompt stands on (" + words + ").");
            return;
        }
        report.paragraph("These files have most to do with the words of the prompt (" + words
                + "). Rare words count more than common ones, and a word in a file's name more than one inside it.");
        List<List<String>> rows = new ArrayList<>();
        for (Match match : matches) {
            rows.add(List.of(
                    Markdown.code(match.path()),
                    String.format(Locale.ROOT, "%.1f", match.score()),
                    match.hits().entrySet().stream()
                            .sorted((a, b) -> b.getValue() - a.getValue())
                            .limit(5)
                            .map(hit -> hit.getValue() == 0
                                    ? Markdown.code(hit.getKey()) + " in its name"
                                    : Markdown.code(hit.getKey()) + " × " + hit.getValue())
                            .collect(Collectors.joining(", "))));
        }
        report.table(List.of("File", "#Score", "Words found"), rows);
        for (Match match : matches.subList(0, Math.min(EXCERPTS, matches.size()))) {
            if (match.excerpt().stream().anyMatch(line -> !line.isBlank())) {
                report.paragraph(Markdown.code(match.path(), match.firstLine()));
                report.block("", match.excerpt());
            }
        }
        List<String> unknown = question.unknownWords();
        if (!unknown.isEmpty()) {
            report.paragraph("Nowhere in the files: "
                    + unknown.stream().limit(15).map(Markdown::code).collect(Collectors.joining(", ")) + ".");
        }
        survey.advise(
                90,
                "To answer your question, begin with "
                        + Markdown.code(matches.getFirst().path())
                        + (matches.size() > 1
                                ? " and " + Markdown.code(matches.get(1).path())
                                : "") + ".");
    }
}
