package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;

/** How an attempt ended: the outcome, a stable reason code, and a sentence that a person understands. */
public record Ending(Outcome outcome, String reason, String detail) {}
