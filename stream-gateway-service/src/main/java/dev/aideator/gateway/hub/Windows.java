package dev.aideator.gateway.hub;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all hubs keep together. When it becomes too much, those that nobody watches are closed, the one first that was
 * left first; when that is not enough, windows that are larger than a fair share shrink, and viewers behind them are read
 * forward. Thread-safe.
 */
final class Windows {

    /** How slowly a window shrinks while events come: in a moment all of them are small enough. */
    private static final int SHRINKING = 8;

    private final long perRun;
    private final long total;
    private final Counter evicted;
    private final AtomicLong kept = new AtomicLong();
    private final Set<Hub> idle = new LinkedHashSet<>();
    private Hub leaving;
    private volatile boolean anyIdle;
    private volatile int hubs;

    Windows(HubConfig config, MeterRegistry meters) {
        this.perRun = config.window();
        this.total = config.total();
        Gauge.builder("gateway.window", kept, AtomicLong::get)
                .baseUnit("bytes")
                .description("Frames of all watched runs that are in memory")
                .register(meters);
        this.evicted = Counter.builder("gateway.hubs.evicted")
                .description("Runs that nobody watched any more and that were let go early, as memory was short")
                .register(meters);
    }

    /** {@code bytes} more are kept, or fewer. */
    void keep(long bytes) {
        if (kept.addAndGet(bytes) > total && bytes > 0) {
            relieve();
        }
    }

    /** Bytes that a run may keep which waits for nothing. */
    long room() {
        return kept.get() <= total ? perRun : share();
    }

    /** Bytes that a run may keep which has {@code own} and grows. */
    long roomFor(long own) {
        return kept.get() <= total ? perRun : Math.max(share(), Math.min(perRun, own - own / SHRINKING));
    }

    private long share() {
        return Math.min(perRun, total / Math.max(1, hubs));
    }

    synchronized void opened() {
        hubs++;
    }

    synchronized void unwatched(Hub hub) {
        idle.add(hub);
        anyIdle = true;
    }

    void watched(Hub hub) {
        forget(hub);
    }

    void closed(Hub hub) {
        synchronized (this) {
            hubs--;
        }
        forget(hub);
    }

    private void forget(Hub hub) {
        synchronized (this) {
            idle.remove(hub);
            anyIdle = !idle.isEmpty();
            leaving = leaving == hub ? null : leaving;
        }
        relieve();
    }

    /** One after another: each may be enough. */
    private void relieve() {
        if (!anyIdle || kept.get() <= total) {
            return;
        }
        Hub oldest;
        synchronized (this) {
            if (leaving != null || idle.isEmpty()) {
                return;
            }
            oldest = idle.iterator().next();
            leaving = oldest;
        }
        evicted.increment();
        oldest.closeUnlessWatched();
    }
}
