package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.archive.EventLine;

import java.util.function.Predicate;

/** A runner's standard output, read forward while it is being written. Owned by one thread. */
public interface AttemptLog {

    /**
     * Hands over the events that came since the last call, until {@code reader} refuses one: that is offered again the
     * next time. Some that were taken may be offered again. Lines that are no events are skipped; a half-written last
     * line waits for its rest, which never comes after a crash.
     */
    void read(Predicate<EventLine> reader);
}
