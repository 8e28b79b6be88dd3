package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;

/**
 * An event as its producer wrote it; {@code firstSeq} differs from the id's seq only for a gap, which stands for
 * several.
 */
public record EventLine(EntryId id, long firstSeq, String json) {

    /** Throws IllegalArgumentException for a line that is no event of an attempt. */
    public static EventLine parse(String json) {
        EventJson.Header header = EventJson.header(json);
        if (header.id() == null) {
            throw new IllegalArgumentException("An event of an attempt has epoch and seq");
        }
        boolean gap = "gap".equals(header.type());
        return new EventLine(
                header.id(),
                gap ? EventJson.decode(json).firstSeq() : header.id().seq(),
                json);
    }

    /** Whether nothing is missing between {@code before} and this one. */
    public boolean follows(EntryId before) {
        return before.epoch() == id.epoch()
                ? firstSeq == before.seq() + 1
                : before.epoch() < id.epoch() && firstSeq == 1;
    }
}
