package dev.aideator.gateway.sse;

import io.micrometer.core.instrument.Counter;

import java.time.Duration;

/**
 * Whether a viewer still reads: one who takes nothing of what waits for it, for so long, is cut off, and comes back with
 * its last id if it lives. Belongs to the connection's event loop.
 */
final class Progress {

    /** What is the same for all. */
    record Bound(Duration patience, Counter cut) {}

    /** No wire has so many bytes waiting. */
    private static final long UNSEEN = -1;

    private final Bound bound;
    private long waiting = UNSEEN;
    private long since;

    Progress(Bound bound) {
        this.bound = bound;
    }

    /** What waited when it was looked at last has left, and something else is written. */
    void beginsAnew() {
        waiting = UNSEEN;
    }

    void lookAt(Wire wire) {
        long now = System.nanoTime();
        long left = wire.waiting();
        if (left == 0 || left != waiting) {
            waiting = left;
            since = now;
        } else if (now - since > bound.patience().toNanos()) {
            since = now;
            bound.cut().increment();
            wire.cut();
        }
    }
}
