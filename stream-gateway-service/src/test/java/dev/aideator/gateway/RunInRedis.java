package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.EventStream;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;

import io.vertx.redis.client.Redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Publishes one run's events as its agents and the orchestrator would. */
final class RunInRedis {

    private static final Instant START = Instant.parse("2026-01-10T10:30:00Z");

    private final Redis redis;
    private final String runId;
    private final RunKeys keys;
    private final Map<Producer, EntryId> at = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private int count;

    RunInRedis(Redis redis, String runId) {
        this.redis = redis;
        this.runId = runId;
        this.keys = new RunKeys(runId);
    }

    List<String> lines() {
        return events.stream().map(EventJson::encode).toList();
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    Position position() {
        Position position = Position.START;
        for (Map.Entry<Producer, EntryId> part : at.entrySet()) {
            if (part.getValue().seq() > 0) {
                position = position.with(part.getKey(), part.getValue());
            }
        }
        return position;
    }

    void open(Producer producer, long epoch) {
        expect(StreamAnswer.Added.class, Await.of(stream(producer).open(epoch)));
        at.put(producer, new EntryId(epoch, 0));
    }

    void seal(Producer producer) {
        expect(
                StreamAnswer.Added.class,
                Await.of(stream(producer).seal(at.get(producer).epoch())));
    }

    /** Makes the next event, in no stream yet. */
    Event make(Producer producer, Payload payload) {
        EntryId id = at.getOrDefault(producer, new EntryId(1, 0)).next();
        Event event = new Event(runId, producer, id, START.plusMillis(count++), payload);
        at.put(producer, id);
        events.add(event);
        return event;
    }

    Event append(Producer producer, Payload payload) {
        Event event = make(producer, payload);
        append(event);
        return event;
    }

    void append(Event event) {
        expect(StreamAnswer.Added.class, Await.of(stream(event.producer()).append(event)));
    }

    Event say(int variation, String content) {
        return append(Producer.variation(variation), new Payload.AgentOutput(content));
    }

    Event status(Integer variation, String state) {
        return append(Producer.RUN, new Payload.Status(variation, 1L, state, null, null, null));
    }

    Event agentComplete(int variation) {
        return append(Producer.variation(variation), new Payload.AgentComplete(Outcome.COMPLETED, "done", "Done."));
    }

    Payload.RunComplete completion() {
        EntryId next = at.get(Producer.RUN).next();
        return new Payload.RunComplete("completed", position().with(Producer.RUN, next));
    }

    Event runComplete() {
        return append(Producer.RUN, completion());
    }

    EventStream stream(Producer producer) {
        return new EventStream(redis, keys, producer);
    }

    private static void expect(Class<? extends StreamAnswer> expected, StreamAnswer answer) {
        if (!expected.isInstance(answer)) {
            throw new AssertionError("Redis answered " + answer);
        }
    }
}
