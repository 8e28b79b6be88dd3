package dev.aideator.gateway.source;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;

import java.time.Instant;

/**
 * An event with its place, the JSON untouched as its producer wrote it. {@code firstSeq} differs from the id's seq only
 * for a gap, which stands for several events; {@code type} is null where the line names none.
 */
public record StoredEvent(Producer producer, EntryId id, long firstSeq, String type, String json) {

    private static final String GAP = "gap";
    private static final String RUN_COMPLETE = "run_complete";
    private static final String TIMESTAMP = "\"timestamp\":\"";

    /** Throws IllegalArgumentException when the line is not one JSON object. The id is the stream's, whatever the line says. */
    public static StoredEvent of(Producer producer, EntryId id, String json) {
        return of(producer, id, EventJson.header(json).type(), json);
    }

    /** The same for a line whose type is known already. */
    public static StoredEvent of(Producer producer, EntryId id, String type, String json) {
        return new StoredEvent(producer, id, GAP.equals(type) ? firstOfGap(id, json) : id.seq(), type, json);
    }

    private static long firstOfGap(EntryId id, String json) {
        long from = EventJson.decode(json).firstSeq();
        return from < 1 || from > id.seq() ? id.seq() : from;
    }

    /** A gap that nobody stored: events {@code from} to the id's seq are neither in the source nor in the archive. */
    static StoredEvent gap(String runId, Producer producer, EntryId to, long from, Instant now) {
        Event gap = new Event(runId, producer, to, now, new Payload.Gap(from, to.seq()));
        return new StoredEvent(producer, to, from, GAP, EventJson.encode(gap));
    }

    /** Whether this says that the run has ended, so that it may have to wait for all that it lists. */
    public boolean isRunComplete() {
        return producer.isRun() && RUN_COMPLETE.equals(type);
    }

    public boolean isGap() {
        return GAP.equals(type);
    }

    /** What is left of a run_complete when the run went on afterwards: the state that the run was in. */
    public StoredEvent asStatus() {
        Event event = EventJson.decode(json);
        String state = ((Payload.RunComplete) event.payload()).state();
        Payload status = new Payload.Status(null, null, state, null, null, null);
        Event replayed = new Event(event.runId(), producer, id, event.timestamp(), status);
        return new StoredEvent(producer, id, firstSeq, status.type(), EventJson.encode(replayed));
    }

    /**
     * When it happened, in a form that sorts; empty where the line does not say. Found without parsing: it only decides
     * how the producers' events are mixed in a replay, and a string inside a string has its quotes escaped.
     */
    String timestamp() {
        int start = json.indexOf(TIMESTAMP);
        if (start < 0) {
            return "";
        }
        int from = start + TIMESTAMP.length();
        int end = json.indexOf('"', from);
        return end < 0 ? "" : json.substring(from, end);
    }
}
