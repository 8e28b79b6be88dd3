package dev.aideator.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/** What the supervisor tells: a line to the terminal, and the same with the time to {@code logs/stack.log}. */
final class News {

    private final PrintStream terminal;
    private final Path log;
    private final Clock clock;

    News(PrintStream terminal, Path log, Clock clock) {
        this.terminal = terminal;
        this.log = log;
        this.clock = clock;
    }

    synchronized void say(String line) {
        terminal.println(line);
        terminal.flush();
        try {
            Files.createDirectories(log.getParent());
            Files.writeString(
                    log,
                    clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            terminal.println("(" + log + " could not be written: " + e.getMessage() + ")");
        }
    }
}
