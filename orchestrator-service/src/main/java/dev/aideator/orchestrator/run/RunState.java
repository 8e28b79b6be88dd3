package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;

import java.util.Collection;
import java.util.Locale;

/** Where a run stands. A run ends only when all its variations ended; a retry of one of them opens it again. */
public enum RunState {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    public boolean isFinal() {
        return switch (this) {
            case QUEUED, RUNNING -> false;
            case COMPLETED, FAILED, CANCELLED -> true;
        };
    }

    /** As it stands in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws IllegalStateException for a change that cannot be. */
    RunState to(RunState next) {
        boolean possible =
                switch (this) {
                    // Straight to the end goes a run of which no variation ever started: cancelled, or too large.
                    case QUEUED -> next == RUNNING || next == CANCELLED || next == FAILED;
                    case RUNNING -> next.isFinal();
                    case COMPLETED, FAILED, CANCELLED -> next == RUNNING;
                };
        if (!possible) {
            throw new IllegalStateException("A run that is " + this + " cannot become " + next);
        }
        return next;
    }

    /**
     * How a run ended whose variations ended like this: completed when one completed; else cancelled when all were
     * cancelled, or when the run was and that ended at least one of them; else failed.
     */
    static RunState ended(Collection<Outcome> outcomes, boolean cancelRequested) {
        if (outcomes.contains(Outcome.COMPLETED)) {
            return COMPLETED;
        }
        boolean all = outcomes.stream().allMatch(Outcome.CANCELLED::equals);
        boolean some = outcomes.contains(Outcome.CANCELLED);
        return all || (cancelRequested && some) ? CANCELLED : FAILED;
    }
}
