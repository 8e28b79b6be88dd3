package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.job.AttemptLog;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The log of an agent's container. Each look reads from the second of the last line that was taken, as exactly as the
 * API can be asked; so lines are offered again. What the node has rotated away is not in it.
 */
final class PodLog implements AttemptLog {

    /** A look is a call to the API server, which passes it on to a node. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** What was read until then counts; the next look goes on from there. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

    private static final int LONGEST_LINE = 8 << 20;

    /** Opens the log from {@code since}, empty for its beginning; empty when there is no such log. */
    interface Opening {
        Optional<InputStream> open(Optional<Instant> since);
    }

    private final Opening opening;
    private final Clock clock;
    private final Duration longestLook;
    private Optional<Instant> taken = Optional.empty();
    private Instant nextLook = Instant.MIN;

    PodLog(Opening opening, Clock clock) {
        this(opening, clock, LONGEST_LOOK);
    }

    PodLog(Opening opening, Clock clock, Duration longestLook) {
        this.opening = opening;
        this.clock = clock;
        this.longestLook = longestLook;
    }

    @Override
    public void read(Predicate<EventLine> reader) {
        if (clock.instant().isBefore(nextLook)) {
            return;
        }
        nextLook = clock.instant().plus(BETWEEN_LOOKS);
        try {
            Optional<InputStream> log = opening.open(taken);
            if (log.isPresent()) {
                read(log.get(), reader);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(InputStream log, Predicate<EventLine> reader) throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        // A node that stalls in the middle of a log says nothing more, and no read of ours would ever return.
        Thread.ofVirtual().start(() -> closeWhenStalled(log, done));
        try (Reader lines = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8))) {
            for (String line = nextLine(lines); line != null; line = nextLine(lines)) {
                // Kubernetes puts the time that it was written, and a space, before each line.
                int space = line.indexOf(' ');
                if (space < 0) {
                    continue;
                }
                Optional<EventLine> event = EventLine.find(line.substring(space + 1));
                if (event.isPresent() && !reader.test(event.get())) {
                    return;
                }
                taken = Optional.of(Instant.parse(line.substring(0, space)));
            }
        } finally {
            done.countDown();
        }
    }

    private void closeWhenStalled(InputStream log, CountDownLatch done) {
        try {
            if (!done.await(longestLook.toMillis(), TimeUnit.MILLISECONDS)) {
                log.close();
            }
        } catch (IOException e) {
            // The reader sees it, too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Null at the end. Of a line that is longer than any event the end is left out, so that it is none. */
    private static String nextLine(Reader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = reader.read(); next != '\n'; next = reader.read()) {
            if (next < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            if (line.length() < LONGEST_LINE) {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
