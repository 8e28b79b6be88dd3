package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.run.RunView;
import dev.aideator.orchestrator.run.VariationView;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;
import java.util.UUID;

/** Where a run stands, for those who ask often. */
@Schema(name = "RunStatus", description = "Where a run stands, in few bytes.")
record RunStatusJson(UUID runId, String state, List<VariationStatus> variations, boolean ended) {

    /** {@code reason} and {@code detail} say why it ended or, without an outcome, what keeps it from running. */
    @Schema(name = "VariationStatus")
    record VariationStatus(int variationId, String state, String outcome, String reason, String detail) {
        static VariationStatus of(VariationView v) {
            return new VariationStatus(
                    v.index(),
                    v.state().wireName(),
                    v.outcome() == null ? null : v.outcome().wireName(),
                    v.reason(),
                    v.detail());
        }
    }

    static RunStatusJson of(RunView run) {
        return new RunStatusJson(
                run.id().value(),
                run.state().wireName(),
                run.variations().stream().map(VariationStatus::of).toList(),
                run.state().isFinal());
    }
}
