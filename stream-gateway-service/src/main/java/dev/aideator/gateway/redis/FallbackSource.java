package dev.aideator.gateway.redis;

import dev.aideator.events.EntryId;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.Source;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Redis while it can be read, something else while it cannot. Positions mean the same in both, so whoever reads goes on
 * where it is; who listens is told of each change. Confined to its reader's event loop.
 */
public final class FallbackSource implements Source {

    private static final Logger LOG = Logger.getLogger(FallbackSource.class);
    private static final String REDIS = "redis";

    private final Vertx vertx;
    private final String runId;
    private final Source redis;
    private final Substitute substitute;
    private final RedisConfig config;

    /** Since when Redis could not be read; null while it can. */
    private Long awaySinceNanos;

    /** What is read instead; null while Redis is read. */
    private Source instead;

    private Watch watchInstead;
    private Listener listener;
    private boolean closed;

    /** What to read without Redis, by the name that a {@code source_changed} has for it. */
    public record Substitute(String name, Supplier<Source> source) {}

    /** {@code away}: for how long Redis is known to have been away already. */
    public FallbackSource(
            Vertx vertx, String runId, Source redis, Substitute substitute, RedisConfig config, Duration away) {
        this.vertx = vertx;
        this.runId = runId;
        this.redis = redis;
        this.substitute = substitute;
        this.config = config;
        this.awaySinceNanos = away.isZero() ? null : System.nanoTime() - away.toNanos();
    }

    @Override
    public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
        if (instead != null) {
            return instead.read(producer, after, limit);
        }
        long start = System.nanoTime();
        return redis.read(producer, after, limit).transform(read -> {
            noteWhether(read, start);
            if (read.succeeded()) {
                return Future.succeededFuture(read.result());
            }
            return instead == null ? Future.failedFuture(read.cause()) : instead.read(producer, after, limit);
        });
    }

    private void noteWhether(AsyncResult<?> read, long start) {
        if (read.succeeded()) {
            awaySinceNanos = null;
            return;
        }
        // A read that waited in vain found out that Redis was away when it began.
        awaySinceNanos = awaySinceNanos == null ? Long.valueOf(start) : awaySinceNanos;
        boolean tooLong =
                System.nanoTime() - awaySinceNanos >= config.fallbackAfter().toNanos();
        if (tooLong && instead == null && !closed) {
            leaveRedis(read.cause());
        }
    }

    private void leaveRedis(Throwable cause) {
        LOG.debugf("run=%s: Redis cannot be read, going on from %s: %s", runId, substitute.name(), cause.getMessage());
        instead = substitute.source().get();
        watchInstead = listener == null ? () -> {} : instead.watch(listener);
        vertx.setTimer(config.fallbackProbe().toMillis(), timer -> probe());
        tell(new Payload.SourceChanged(substitute.name(), "Redis is not reachable"));
    }

    /** Not a PING: a Redis that still loads its data, or whose shard is away, answers one and can't be read. */
    private void probe() {
        if (closed) {
            return;
        }
        redis.read(Producer.RUN, EntryId.START, 1).onComplete(read -> {
            if (closed) {
                return;
            }
            if (read.succeeded()) {
                returnToRedis();
            } else {
                vertx.setTimer(config.fallbackProbe().toMillis(), timer -> probe());
            }
        });
    }

    private void returnToRedis() {
        LOG.debugf("run=%s: Redis can be read again", runId);
        letGo();
        awaySinceNanos = null;
        tell(new Payload.SourceChanged(REDIS, "Redis is back"));
    }

    private void tell(Payload.SourceChanged change) {
        if (listener != null) {
            listener.sourceChanged(change);
            Listener told = listener;
            // Reading may be what brought us here: it ends first.
            vertx.runOnContext(v -> told.newsEverywhere());
        }
    }

    @Override
    public Watch watch(Listener listener) {
        this.listener = listener;
        Watch watch = redis.watch(listener);
        return () -> {
            this.listener = null;
            watch.close();
        };
    }

    @Override
    public void close() {
        closed = true;
        letGo();
    }

    private void letGo() {
        if (instead != null) {
            watchInstead.close();
            instead.close();
            instead = null;
        }
    }
}
