package dev.aideator.orchestrator.stream;

/** Redis did not take what it was asked: it is away, loading, full or read-only. Ask again later. */
public final class RedisUnavailable extends RuntimeException {

    RedisUnavailable(Throwable cause) {
        super("Redis is not available: " + cause.getMessage(), cause);
    }
}
