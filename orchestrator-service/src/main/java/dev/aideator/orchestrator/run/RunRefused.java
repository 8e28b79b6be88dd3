package dev.aideator.orchestrator.run;

/** A request that a run cannot grant. The message is a sentence for the user. */
public abstract sealed class RunRefused extends RuntimeException {

    private RunRefused(String message) {
        super(message);
    }

    /** No run has this id. */
    public static final class UnknownRun extends RunRefused {
        public UnknownRun(RunId run) {
            super("There is no run " + run + ".");
        }
    }

    /** The run has no variation of this number. */
    public static final class UnknownVariation extends RunRefused {
        public UnknownVariation(VariationRef variation) {
            super("Run " + variation.run() + " has no variation " + variation.index() + ".");
        }
    }

    /** No attempt of this number was made at the variation. */
    public static final class UnknownAttempt extends RunRefused {
        public UnknownAttempt(AttemptRef attempt) {
            super("Variation " + attempt.variation().index() + " of run " + attempt.run() + " has no attempt "
                    + attempt.epoch() + ".");
        }
    }

    /** Only what has ended can be tried again. */
    public static final class NotEnded extends RunRefused {
        public NotEnded(VariationRef variation, VariationState state) {
            super("Variation " + variation.index() + " of run " + variation.run() + " is still " + state.wireName()
                    + "; cancel it, or wait for its end, and try it again then.");
        }
    }

    /** The variation has nothing yet that could be picked or read. */
    public static final class NoResultYet extends RunRefused {
        public NoResultYet(VariationRef variation, String why) {
            super("Variation " + variation.index() + " of run " + variation.run() + " has no result: " + why);
        }
    }

    /** The idempotency key came before, with another request. */
    public static final class KeyReused extends RunRefused {
        public KeyReused(String key) {
            super("The key " + key + " was used for another request in the last 24 hours.");
        }
    }

    /** All its variations start together, and there is never room for so many. */
    public static final class NeverFits extends RunRefused {
        public NeverFits(int variations, Capacity.WholeRuns room) {
            super(room.tooSmallFor(variations));
        }
    }

    /** Everything is being stopped: no new runs, no retries. */
    public static final class ShuttingDown extends RunRefused {
        public ShuttingDown() {
            super("AIdeator is shutting down and starts nothing new.");
        }
    }
}
