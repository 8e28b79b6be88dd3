package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.run.CancelReason;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.Runs;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jakarta.enterprise.context.ApplicationScoped;

/** Brings everything to an end before AIdeator is stopped. Without it agents outlive the orchestrator. */
@ApplicationScoped
public class Drain {

    private static final Duration STEP = Duration.ofMillis(100);

    private final Runs runs;
    private final Attempts attempts;
    private final Supervisor supervisor;
    private final Clock clock;

    Drain(Runs runs, Attempts attempts, Supervisor supervisor, Clock clock) {
        this.runs = runs;
        this.attempts = attempts;
        this.supervisor = supervisor;
        this.clock = clock;
    }

    /** {@code ended}: how many runs were ended; {@code empty}: whether none lives, and no runner either. */
    public record Drained(int ended, boolean empty) {}

    /** Takes no runs any more and cancels all that live; waits for their end as long as {@code patience}. */
    public Drained drain(Duration patience) {
        Instant until = clock.instant().plus(patience);
        runs.close();
        Set<RunId> asked = new HashSet<>();
        while (true) {
            List<RunId> live = runs.live();
            // Again each time: a run that was being taken when we closed shows up late.
            live.stream().filter(asked::add).forEach(run -> runs.cancel(run, CancelReason.SHUTDOWN));
            supervisor.tidy();
            boolean empty =
                    live.isEmpty() && attempts.withWorkspace(Duration.ZERO).isEmpty();
            if (empty || clock.instant().isAfter(until)) {
                return new Drained(asked.size() - live.size(), empty);
            }
            try {
                Thread.sleep(STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Drained(asked.size() - live.size(), false);
            }
        }
    }
}
