package dev.aideator.events;

import io.vertx.redis.client.Response;

/** What stands in a producer's stream: events, and the openings and seals between which they lie. */
public sealed interface StreamEntry {

    EntryId id();

    /** An event as the line of JSON that its producer wrote. */
    record EventEntry(EntryId id, String json) implements StreamEntry {}

    /** An attempt starts; a seq above 0 says that Redis lost what came before and the archive has it. */
    record Opening(EntryId id) implements StreamEntry {}

    /** An attempt ended; {@code lastSeq} is that of its last event, 0 when it had none. */
    record Seal(EntryId id, long lastSeq) implements StreamEntry {}

    /** From one element of an XRANGE or XREAD answer: id, then fields. */
    static StreamEntry of(Response entry) {
        EntryId id = EntryId.parse(entry.get(0).toString());
        String value = entry.get(1).get(1).toString();
        return switch (entry.get(1).get(0).toString()) {
            case "event" -> new EventEntry(id, value);
            case "opened" -> new Opening(id);
            case "sealed" -> new Seal(id, Long.parseLong(value));
            case String unknown ->
                throw new IllegalArgumentException("Entry " + id + " is neither event, opening nor seal: " + unknown);
        };
    }
}
