package dev.aideator.local;

import java.time.Instant;
import java.util.Optional;

/** A process by its number and its start time: numbers are given again, both together are not. */
final class ProcessIdentity {

    /** The kernel tells start times relative to the boot, whose own time moves when the clock is set. */
    private static final long CLOCK_DRIFT_MILLIS = 2000;

    private ProcessIdentity() {}

    /** Epoch milliseconds as the operating system tells them, 0 when it does not. */
    static long startedAt(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    static Optional<ProcessHandle> find(long pid, long startedAt) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(found -> Math.abs(startedAt(found) - startedAt) <= CLOCK_DRIFT_MILLIS);
    }
}
