package dev.aideator.agent.publish;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventStream;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;
import dev.aideator.redis.RedisAccess;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One connection to Redis, or to each node of a Cluster, so that appends are answered in the order in which they were sent. */
final class Link implements AutoCloseable {

    /** Redis answers within a millisecond; one that takes this long is as good as away. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Redis client;
    private final EventStream stream;

    private Link(Redis client, EventStream stream) {
        this.client = client;
        this.stream = stream;
    }

    /** Throws {@link RedisAway}. */
    static Link open(Vertx vertx, RedisAccess redis, RunKeys keys, Producer producer) throws InterruptedException {
        Redis client = redis.client(
                vertx, redis.options().setMaxPoolSize(1).setMaxPoolWaiting(1).setMaxWaitingHandlers(4096));
        try {
            RedisConnection connection = await(client.connect());
            // Not the client itself: events keep their order only on one connection.
            return new Link(client, new EventStream(connection::send, keys, producer));
        } catch (RedisAway e) {
            client.close();
            throw e;
        }
    }

    EntryId last() throws InterruptedException {
        return await(stream.last());
    }

    StreamAnswer open(long epoch) throws InterruptedException {
        return await(stream.open(epoch));
    }

    StreamAnswer openNext() throws InterruptedException {
        return await(stream.openNext());
    }

    /** All at once on the wire; the answer is that to the last one, whose id tells how far the stream is. */
    StreamAnswer append(long epoch, List<Numbered> events) throws InterruptedException {
        List<Future<StreamAnswer>> answers = new ArrayList<>(events.size());
        for (Numbered event : events) {
            answers.add(stream.append(new EntryId(epoch, event.seq()), event.seq(), event.channel(), event.line()));
        }
        StreamAnswer last = null;
        for (Future<StreamAnswer> answer : answers) {
            last = await(answer);
        }
        return last;
    }

    /** A gap stands under the id of the last event that it replaces. */
    StreamAnswer appendGap(long epoch, long from, Numbered gap) throws InterruptedException {
        return await(stream.append(new EntryId(epoch, gap.seq()), from, gap.channel(), gap.line()));
    }

    private static <T> T await(Future<T> future) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new RedisAway(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new RedisAway("no answer within " + PATIENCE.toSeconds() + " s", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** Redis can't be reached, or answers with an error. */
    static final class RedisAway extends RuntimeException {
        RedisAway(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
