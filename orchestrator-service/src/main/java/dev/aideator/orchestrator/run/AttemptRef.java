package dev.aideator.orchestrator.run;

/** Names one attempt at a variation; {@code epoch} counts from 1. */
public record AttemptRef(VariationRef variation, long epoch) {

    public RunId run() {
        return variation.run();
    }

    @Override
    public String toString() {
        return variation + "/" + epoch;
    }
}
