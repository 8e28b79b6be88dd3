package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;

/** How an attempt ended: the outcome, a stable reason code, and a sentence that a person understands. */
public record Ending(Outcome outcome, String reason, String detail) {

    private static final int MAX_DETAIL = 4000;

    public Ending {
        // Both may come from an agent; PostgreSQL keeps no U+0000.
        reason = reason == null ? null : reason.replace('\0', '\uFFFD');
        detail = detail == null ? null : detail.replace('\0', '\uFFFD');
        if (detail != null && detail.length() > MAX_DETAIL) {
            detail = detail.substring(0, MAX_DETAIL);
        }
    }
}
