package dev.aideator.orchestrator.run;

import java.util.Locale;

/** Where a variation stands. */
public enum VariationState {
    /** Waits for a free slot. */
    QUEUED,
    /** An attempt was decided; its agent has not shown itself yet. Viewers see it queued while its Job is suspended. */
    STARTING,
    RUNNING,
    /** The user asked it to end; it has not yet. */
    CANCELLING,
    ENDED;

    /** As it stands in JSON. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws IllegalStateException for a change that cannot be. */
    VariationState to(VariationState next) {
        boolean possible =
                switch (this) {
                    case QUEUED -> next == STARTING || next == ENDED;
                    case STARTING -> next == RUNNING || next == CANCELLING || next == ENDED;
                    case RUNNING -> next == CANCELLING || next == ENDED;
                    case CANCELLING -> next == ENDED;
                    // A retry.
                    case ENDED -> next == QUEUED;
                };
        if (!possible) {
            throw new IllegalStateException("A variation that is " + this + " cannot become " + next);
        }
        return next;
    }
}
