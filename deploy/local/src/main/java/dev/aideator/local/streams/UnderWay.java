package dev.aideator.local.streams;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Events that were published and not yet acknowledged, at most so many at a time. Whoever waits sends first what is held
 * back: nothing of that is ever acknowledged.
 */
final class UnderWay {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    private final int most;
    private final Flush flush;
    private final Semaphore places;
    private final AtomicReference<String> fault = new AtomicReference<>();

    UnderWay(int most, Flush flush) {
        this.most = most;
        this.flush = flush;
        this.places = new Semaphore(most);
    }

    /** Sends what is held back. */
    interface Flush {
        void flush() throws IOException;
    }

    void begin() throws IOException, InterruptedException {
        if (places.availablePermits() == 0) {
            flush.flush();
        }
        take(1);
    }

    void end() {
        places.release();
    }

    /** Makes whoever waits, now or later, fail. */
    void fail(String why) {
        fault.compareAndSet(null, why);
        places.release();
    }

    void awaitAll() throws IOException, InterruptedException {
        flush.flush();
        take(most);
        places.release(most);
    }

    private void take(int wanted) throws IOException, InterruptedException {
        if (!places.tryAcquire(wanted, LONG_ENOUGH.toMillis(), TimeUnit.MILLISECONDS)) {
            fault.compareAndSet(null, "Events were not acknowledged within " + LONG_ENOUGH.toSeconds() + " s");
        }
        if (fault.get() != null) {
            throw new IOException(fault.get());
        }
    }
}
