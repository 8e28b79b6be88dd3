package dev.aideator.agent.survey;

import dev.aideator.agent.Voice;

import java.util.List;

/** A Markdown report that is told line by line as it is written. Stops when its thread is interrupted. */
final class Report {

    private final Voice voice;

    Report(Voice voice) {
        this.voice = voice;
    }

    void title(String title) throws InterruptedException {
        line("# " + title);
        line("");
    }

    void section(String title) throws InterruptedException {
        line("## " + title);
        line("");
    }

    void part(String title) throws InterruptedException {
        line("### " + title);
        line("");
    }

    void paragraph(String text) throws InterruptedException {
        line(text);
        line("");
    }

    void item(String text) throws InterruptedException {
        line("- " + text);
    }

    void numbered(int number, String text) throws InterruptedException {
        line(number + ". " + text);
    }

    /** Ends a list. */
    void end() throws InterruptedException {
        line("");
    }

    /** Cells are Markdown already. A column whose name starts with {@code #} has numbers. */
    void table(List<String> columns, List<List<String>> rows) throws InterruptedException {
        line("| "
                + String.join(
                        " | ",
                        columns.stream()
                                .map(column -> column.startsWith("#") ? column.substring(1) : column)
                                .toList())
                + " |");
        line("|"
                + String.join(
                        "|",
                        columns.stream()
                                .map(column -> column.startsWith("#") ? "---:" : "---")
                                .toList())
                + "|");
        for (List<String> row : rows) {
            line("| " + String.join(" | ", row) + " |");
        }
        line("");
    }

    void block(String language, List<String> lines) throws InterruptedException {
        say(Markdown.block(language, lines) + "\n");
    }

    private void line(String line) throws InterruptedException {
        say(line + "\n");
    }

    private void say(String text) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        voice.output(text);
    }
}
