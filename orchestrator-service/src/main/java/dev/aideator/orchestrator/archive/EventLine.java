package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;

import java.util.Optional;

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

    /** The same for a line of an agent's output, which may be anything: empty when it is no event of an attempt. */
    public static Optional<EventLine> find(String line) {
        try {
            return Optional.of(parse(line));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether nothing is missing between {@code before} and this one. */
    public boolean follows(EntryId before) {
        return before.epoch() == id.epoch()
                ? firstSeq == before.seq() + 1
                : before.epoch() < id.epoch() && firstSeq == 1;
    }
}
