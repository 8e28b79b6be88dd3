package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.Producer;

import org.jboss.logging.Logger;

/** Whose log it is: only that attempt's events count in it. */
public record LoggedAttempt(String runId, Producer variation, long epoch) {

    private static final Logger LOG = Logger.getLogger(LoggedAttempt.class);

    /** No event is as long as this; such a line is no event. */
    static final int LONGEST_LINE = 8 * 1024 * 1024;

    /** Null for a line that is none of this attempt's events: a program may print there past the runner. */
    EntryId idOf(String line) {
        if (line.isBlank()) {
            return null;
        }
        try {
            EventJson.Header header = EventJson.header(line);
            boolean ours = header.id() != null
                    && header.id().epoch() == epoch
                    && header.id().seq() > 0
                    && !header.id().isSeal()
                    && runId.equals(header.runId())
                    && header.producer().equals(variation);
            return ours ? header.id() : null;
        } catch (IllegalArgumentException e) {
            LOG.debugf("%s: a line in the log is no event: %s", this, e.getMessage());
            return null;
        }
    }

    @Override
    public String toString() {
        return "run=" + runId + " variation=" + variation + " attempt=" + epoch;
    }
}
