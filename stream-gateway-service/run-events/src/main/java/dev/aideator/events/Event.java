package dev.aideator.events;

import java.time.Instant;

/**
 * One event of a run, the same in the Redis stream, in the pub/sub message, in the agent's stdout and in SSE data.
 * {@code id} is null for events that a gateway makes up for its viewers and nobody stores.
 */
public record Event(String runId, Producer producer, EntryId id, Instant timestamp, Payload payload) {

    /** How many events this one stands for: more than one only for a gap. */
    public long firstSeq() {
        return payload instanceof Payload.Gap gap ? gap.from() : id.seq();
    }
}
