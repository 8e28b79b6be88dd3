package dev.aideator.orchestrator.job;

import java.time.Instant;
import java.util.OptionalInt;

/** What a launcher sees of an attempt's runner. */
sealed interface Observation {

    /** Nothing says that it was ever started. */
    record NotStarted() implements Observation {}

    /** It was started and has not shown itself. */
    record Starting() implements Observation {}

    record Alive(Instant since) implements Observation {}

    /** It ended; the exit code is known only to who started it. */
    record Exited(OptionalInt exitCode) implements Observation {}

    /** It ended before it had begun; {@code log} is the last line that it said to operators. */
    record NeverCameUp(String why, String log) implements Observation {}

    /** The machine, or the container, that it ran in was restarted. */
    record GroundLost() implements Observation {}
}
