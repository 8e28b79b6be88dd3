package dev.aideator.faults;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** What the orchestrator has in its database of one run. Thread-safe. */
final class RunRecord {

    private final RunKeys keys;
    private final List<VariationRecord> variations;
    private final List<String> runEvents = new ArrayList<>();
    private final AtomicInteger archiveReads = new AtomicInteger();
    private EntryId runComplete;

    RunRecord(String id, int variations) {
        this.keys = new RunKeys(id);
        this.variations = IntStream.range(0, variations)
                .mapToObj(index -> new VariationRecord(Producer.variation(index)))
                .toList();
        tell(new Payload.Status(null, null, "running", null, null, null));
    }

    /** One variation: its attempts, oldest first, and its part of the archive. */
    static final class VariationRecord {
        private final Producer producer;
        private final List<AttemptRecord> attempts = new ArrayList<>();
        private final List<String> archive = new ArrayList<>();
        private EntryId archived = EntryId.START;

        private VariationRecord(Producer producer) {
            this.producer = producer;
        }

        Producer producer() {
            return producer;
        }
    }

    /** {@code lastSeq}: -1 until it is sealed. */
    record AttemptRecord(Agent agent, long lastSeq) {

        boolean isSealed() {
            return lastSeq >= 0;
        }

        long epoch() {
            return agent.epoch();
        }
    }

    RunKeys keys() {
        return keys;
    }

    String id() {
        return keys.runId();
    }

    List<VariationRecord> variations() {
        return variations;
    }

    VariationRecord variation(Producer producer) {
        return variations.get(producer.index());
    }

    synchronized void started(Agent agent) {
        variation(agent.variation()).attempts.add(new AttemptRecord(agent, -1));
        tell(new Payload.Status(agent.variation().index(), agent.epoch(), "running", null, null, null));
    }

    synchronized List<AttemptRecord> attempts(VariationRecord variation) {
        return List.copyOf(variation.attempts);
    }

    synchronized Agent lastAttempt(Producer producer) {
        return variation(producer).attempts.getLast().agent();
    }

    /** Whether another attempt took its place. */
    synchronized boolean isGivenUp(Agent agent) {
        List<AttemptRecord> attempts = variation(agent.variation()).attempts;
        return attempts.stream().anyMatch(attempt -> attempt.agent() == agent)
                && attempts.getLast().agent() != agent;
    }

    /** Whether the archive has all that this agent said so far. */
    synchronized boolean hasArchived(Agent agent) {
        VariationRecord variation = variation(agent.variation());
        return variation.attempts.stream().anyMatch(attempt -> attempt.agent() == agent)
                && variation.archived.equals(
                        new EntryId(agent.epoch(), agent.said().lastSeq()));
    }

    synchronized EntryId archived(VariationRecord variation) {
        return variation.archived;
    }

    /** Takes a line that is the archive's next one; whether it was. */
    synchronized boolean archive(VariationRecord variation, EntryId id, long firstSeq, String line) {
        EntryId at = variation.archived.epoch() == id.epoch() ? variation.archived : new EntryId(id.epoch(), 0);
        if (id.epoch() < variation.archived.epoch() || firstSeq != at.seq() + 1) {
            return false;
        }
        variation.archive.add(line);
        variation.archived = id;
        return true;
    }

    synchronized List<String> archivedAfter(VariationRecord variation, EntryId after) {
        return variation.archive.stream()
                .filter(line -> EventJson.header(line).id().isAfter(after))
                .toList();
    }

    /** {@code last}: whether no other attempt of this variation follows. */
    synchronized void sealed(VariationRecord variation, long epoch, long lastSeq, boolean last) {
        variation.attempts.replaceAll(
                attempt -> attempt.epoch() == epoch ? new AttemptRecord(attempt.agent(), lastSeq) : attempt);
        Outcome outcome = last ? Outcome.COMPLETED : Outcome.LOST;
        tell(new Payload.Status(
                variation.producer().index(), epoch, last ? "completed" : "lost", outcome, "finished", null));
    }

    synchronized boolean isEnded() {
        return runComplete != null;
    }

    synchronized void end() {
        EntryId id = new EntryId(1, runEvents.size() + 1);
        Position position = Position.START.with(Producer.RUN, id);
        for (VariationRecord variation : variations) {
            AttemptRecord attempt = variation.attempts.getLast();
            position = position.with(variation.producer, new EntryId(attempt.epoch(), attempt.lastSeq()));
        }
        tell(new Payload.RunComplete("completed", position));
        runComplete = id;
    }

    private synchronized void tell(Payload payload) {
        EntryId id = new EntryId(1, runEvents.size() + 1);
        runEvents.add(EventJson.encode(new Event(keys.runId(), Producer.RUN, id, Instant.now(), payload)));
    }

    synchronized List<String> runEventsAfter(long seq) {
        return List.copyOf(runEvents.subList((int) Math.min(seq, runEvents.size()), runEvents.size()));
    }

    /** What the producer's line at that place says; null where there is none. */
    String line(Producer producer, EntryId id) {
        if (producer.isRun()) {
            List<String> from = runEventsAfter(id.seq() - 1);
            return from.isEmpty() ? null : from.getFirst();
        }
        return attempts(variation(producer)).stream()
                .filter(attempt -> attempt.epoch() == id.epoch())
                .findFirst()
                .map(attempt -> attempt.agent().said().line(id.seq()))
                .orElse(null);
    }

    /** How often the archive was asked for events of variations. */
    int archiveReads() {
        return archiveReads.get();
    }

    /** As the orchestrator's internal API tells it. */
    synchronized JsonObject facts() {
        JsonArray producers = new JsonArray();
        for (VariationRecord variation : variations) {
            JsonArray attempts = new JsonArray();
            variation.attempts.forEach(attempt -> attempts.add(new JsonObject()
                    .put("epoch", attempt.epoch())
                    .put("last_seq", attempt.isSealed() ? attempt.lastSeq() : null)));
            producers.add(producer(variation.producer, variation.archived, attempts));
        }
        producers.add(producer(
                Producer.RUN,
                new EntryId(1, runEvents.size()),
                new JsonArray().add(new JsonObject().put("epoch", 1).putNull("last_seq"))));
        return new JsonObject()
                .put("run_id", keys.runId())
                .put("state", isEnded() ? "completed" : "running")
                .put("ended", isEnded())
                .put("producers", producers)
                .put("last_run_complete", runComplete == null ? null : runComplete.toString());
    }

    private static JsonObject producer(Producer producer, EntryId archived, JsonArray attempts) {
        return new JsonObject()
                .put("producer", producer.name())
                .put("archived", archived.toString())
                .put("attempts", attempts);
    }

    /** As the orchestrator's internal API tells them. */
    String events(Producer producer, EntryId after, int limit) {
        if (!producer.isRun()) {
            archiveReads.incrementAndGet();
        }
        List<String> lines = producer.isRun()
                ? runEventsAfter(after.epoch() < 1 ? 0 : after.seq())
                : archivedAfter(variation(producer), after);
        StringBuilder body = new StringBuilder();
        lines.stream().limit(limit).forEach(line -> body.append(line).append('\n'));
        return body.toString();
    }
}
