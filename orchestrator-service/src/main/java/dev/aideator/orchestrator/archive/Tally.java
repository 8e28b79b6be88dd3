package dev.aideator.orchestrator.archive;

import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;

import java.nio.charset.StandardCharsets;

/** What the archive learns from each event that it takes. */
final class Tally {

    private Tally() {}

    /** Throws IllegalArgumentException when the line does not follow: a chunk has no holes. */
    static ArchiveHead advance(ArchiveHead head, EventLine line) {
        if (!line.follows(head.position())) {
            throw new IllegalArgumentException("Event " + line.id() + " does not follow " + head.position());
        }
        return switch (payload(line)) {
            case Payload.AgentOutput output
            when !output.content().isEmpty() ->
                new ArchiveHead(
                        line.id(),
                        head.usage(),
                        head.outputBytes() + output.content().getBytes(StandardCharsets.UTF_8).length,
                        line.id().epoch());
            case Payload.AgentUsage usage ->
                new ArchiveHead(line.id(), head.usage().plus(usage), head.outputBytes(), head.outputEpoch());
            case null, default -> new ArchiveHead(line.id(), head.usage(), head.outputBytes(), head.outputEpoch());
        };
    }

    /** Null for a type that this version does not know: it is archived as it came. */
    private static Payload payload(EventLine line) {
        try {
            return EventJson.decode(line.json()).payload();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
