package dev.aideator.orchestrator.run;

import java.time.Instant;

/** What the database knows of an attempt that somebody found a Job of. */
public sealed interface JobStanding {

    /** There is no such attempt. */
    record Unknown() implements JobStanding {}

    record Live() implements JobStanding {}

    record Ended(Instant at) implements JobStanding {}
}
