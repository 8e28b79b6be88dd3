package dev.aideator.agent.end;

import dev.aideator.events.Outcome;

/** How an attempt ended: the outcome, a stable reason code, a sentence for a person, and what to do if it failed. */
public record Ending(Outcome outcome, String reason, String detail, String hint) {

    public static Ending completed() {
        return new Ending(Outcome.COMPLETED, "finished", "The agent finished.", null);
    }

    /** For whatever was thrown: every failure has an outcome of the closed list and a code. */
    public static Ending of(Throwable thrown) {
        return switch (thrown) {
            case Failure failure -> new Ending(failure.outcome(), failure.code(), failure.getMessage(), failure.hint());
            case OutOfMemoryError error ->
                new Ending(
                        Outcome.OUT_OF_MEMORY,
                        "heap_exhausted",
                        "The agent runner ran out of memory.",
                        "Give it more, or choose a smaller repository or a smaller clone depth (CLONE_DEPTH).");
            default ->
                new Ending(
                        Outcome.AGENT_CRASHED,
                        "internal_error",
                        "The agent runner failed unexpectedly: " + thrown,
                        "This is a defect of AIdeator; the attempt's stderr.log has the stack trace.");
        };
    }

    static Ending of(Stop.Cause cause) {
        return switch (cause) {
            case CANCELLED -> new Ending(Outcome.CANCELLED, "cancelled", "The attempt was cancelled.", null);
            case TIMED_OUT ->
                new Ending(
                        Outcome.TIMED_OUT,
                        "deadline",
                        "The agent did not finish within its deadline.",
                        "Ask for less, or set AIDEATOR_AGENT_DEADLINE higher.");
            case SUPERSEDED -> new Ending(Outcome.CANCELLED, "superseded", "A newer attempt has taken over.", null);
            case SEALED ->
                new Ending(Outcome.CANCELLED, "ended_from_outside", "The attempt was ended from outside.", null);
        };
    }

    /** Whether viewers are told what went wrong before they are told that it is over. */
    public boolean isFailure() {
        return outcome != Outcome.COMPLETED && outcome != Outcome.CANCELLED;
    }
}
