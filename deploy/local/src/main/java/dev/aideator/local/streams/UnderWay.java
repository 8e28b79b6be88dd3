package dev.aideator.local.streams;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Events that were sent and not yet acknowledged, at most so many at a time. */
final class UnderWay {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

    private final int most;
    private final Semaphore places;
    private final AtomicReference<String> fault = new AtomicReference<>();

    UnderWay(int most) {
        this.most = most;
        this.places = new Semaphore(most);
    }

    /** {@code flush}: done before it waits, as what was never sent is never acknowledged. */
    void begin(Flush flush) throws IOException, InterruptedException {
        if (places.availablePermits() == 0) {
            flush.flush();
        }
        take(1);
    }

    interface Flush {
        void flush() throws IOException;
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
