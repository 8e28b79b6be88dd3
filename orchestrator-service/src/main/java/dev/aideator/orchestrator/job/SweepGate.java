package dev.aideator.orchestrator.job;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Lets sweeps through until it is closed for good. Thread-safe. */
final class SweepGate {

    /** Sweeps hold it to read; whoever closes the gate keeps it to write. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Does the sweep, or nothing when the gate is closed. */
    void pass(Runnable sweep) {
        // One that waited here would never go on, and the whole application's end would wait a minute for its thread.
        if (!lock.readLock().tryLock()) {
            return;
        }
        try {
            sweep.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Waits for a sweep that is under way; false, and the gate stays open, when it takes longer than {@code patience}. */
    boolean close(Duration patience) throws InterruptedException {
        return lock.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
