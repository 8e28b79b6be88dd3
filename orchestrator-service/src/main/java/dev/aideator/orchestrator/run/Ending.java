package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;

/** How an attempt ended: the outcome, a stable reason code, and a sentence that a person understands. */
public record Ending(Outcome outcome, String reason, String detail) {

    private static final int MAX_TEXT = 4000;

    public Ending {
        reason = told(reason);
        detail = told(detail);
    }

    /** Both may come from an agent, or from whatever an event says; PostgreSQL keeps no U+0000. */
    static String told(String text) {
        if (text == null) {
            return null;
        }
        String kept = text.replace('\0', '\uFFFD');
        return kept.length() > MAX_TEXT ? kept.substring(0, MAX_TEXT) : kept;
    }
}
