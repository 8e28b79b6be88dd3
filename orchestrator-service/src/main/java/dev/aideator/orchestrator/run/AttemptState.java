package dev.aideator.orchestrator.run;

/** Where one attempt at a variation stands. */
enum AttemptState {
    STARTING,
    RUNNING,
    ENDED;

    /** Throws IllegalStateException for a change that cannot be. */
    AttemptState to(AttemptState next) {
        if (next.ordinal() <= ordinal()) {
            throw new IllegalStateException("An attempt that is " + this + " cannot become " + next);
        }
        return next;
    }
}
