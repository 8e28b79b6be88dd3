package dev.aideator.orchestrator.job.local;

import java.time.Instant;

/** What processes stand on: the machine since it was booted, or the container since it was started. */
final class Ground {

    private Ground() {}

    /** When the first process started; no process of ours that is older than it can be alive. */
    static Instant since() {
        return ProcessHandle.of(1).flatMap(init -> init.info().startInstant()).orElse(Instant.EPOCH);
    }
}
