package dev.aideator.orchestrator.run;

import java.util.List;

/**
 * What a run's streams consist of. {@code lastCompleteSeq} is that of the run's newest run_complete, null for none.
 */
public record RunShape(
        RunId run, RunState state, long lastEventSeq, Long lastCompleteSeq, List<VariationShape> variations) {

    /** A variation's attempts in their order. */
    public record VariationShape(VariationRef variation, List<AttemptShape> attempts) {}

    /** {@code lastSeq} is that of the attempt's last event, null until it has ended. */
    public record AttemptShape(long epoch, Long lastSeq) {}
}
