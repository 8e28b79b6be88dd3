package dev.aideator.gateway.source;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before trying again: longer each time, up to a limit, and never all at the same moment. */
public final class Backoff {

    private static final long FIRST_MILLIS = 100;

    private final long limitMillis;
    private long nextMillis = FIRST_MILLIS;

    public Backoff(long limitMillis) {
        this.limitMillis = limitMillis;
    }

    public long nextMillis() {
        long ceiling = nextMillis;
        nextMillis = Math.min(limitMillis, nextMillis * 2);
        return ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
    }

    public void reset() {
        nextMillis = FIRST_MILLIS;
    }
}
