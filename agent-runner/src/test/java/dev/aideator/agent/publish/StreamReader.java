package dev.aideator.agent.publish;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.EventStream;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamEntry;
import dev.aideator.redis.RedisAccess;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The orchestrator's and the viewers' side of one producer's stream. */
final class StreamReader implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;
    private final EventStream stream;

    StreamReader(String url, RunKeys keys, Producer producer) {
        this(RedisAccess.from(Map.of("REDIS_URL", url)), keys, producer);
    }

    StreamReader(RedisAccess access, RunKeys keys, Producer producer) {
        redis = access.client(vertx, access.options());
        stream = new EventStream(redis, keys, producer);
    }

    EventStream stream() {
        return stream;
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Redis loses all that it has. */
    Future<Response> flush() {
        return redis.send(Request.cmd(Command.FLUSHALL));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        EntryId after = EntryId.START;
        for (List<StreamEntry> page = read(after); !page.isEmpty(); page = read(after)) {
            for (StreamEntry entry : page) {
                if (entry instanceof StreamEntry.EventEntry(EntryId id, String json)) {
                    lines.add(json);
                }
            }
            after = page.getLast().id();
        }
        return lines;
    }

    private List<StreamEntry> read(EntryId after) {
        return await(stream.read(after, 1000));
    }

    List<Event> events() {
        return lines().stream().map(EventJson::decode).toList();
    }

    /** The agent's output put together. */
    static String text(List<Event> events) {
        return events.stream()
                .filter(event -> event.payload() instanceof Payload.AgentOutput)
                .map(event -> ((Payload.AgentOutput) event.payload()).content())
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        redis.close();
        await(vertx.close());
    }
}
