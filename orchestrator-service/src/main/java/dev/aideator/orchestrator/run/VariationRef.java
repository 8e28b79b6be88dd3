package dev.aideator.orchestrator.run;

import dev.aideator.events.Producer;

/** Names one variation of a run; {@code index} counts from 0. */
public record VariationRef(RunId run, int index) {

    public Producer producer() {
        return Producer.variation(index);
    }

    @Override
    public String toString() {
        return run + "/" + index;
    }
}
