package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.Waiting;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** What a launcher sees of an attempt's runner. */
public sealed interface Observation {

    /** Nothing says that it was ever started. */
    record NotStarted() implements Observation {}

    /** It was started and has not shown itself. */
    record Starting() implements Observation {}

    /** It was started and cannot run yet. */
    record Pending(Waiting waiting) implements Observation {}

    /** {@code ending}: how it will have ended, when someone other than us is ending it. */
    record Alive(Instant since, Optional<Ending> ending) implements Observation {

        public Alive(Instant since) {
            this(since, Optional.empty());
        }
    }

    /** It ended; the exit code is known only to who started it. */
    record Exited(OptionalInt exitCode) implements Observation {}

    /** It ended before it had begun; {@code log} is the last line that it said to operators. */
    record NeverCameUp(String why, String log) implements Observation {}

    /** The machine, or the container, that it ran in was restarted. */
    record GroundLost() implements Observation {}

    /** It ended, or can never run, and whoever ran it says why. */
    record Gone(Ending ending) implements Observation {}
}
