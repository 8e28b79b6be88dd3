package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.pick.PickView;
import dev.aideator.orchestrator.run.RunView;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A run as it stands in JSON. */
@Schema(name = "Run", description = "A task, the agents that work on it, and which of their results was picked.")
record RunJson(
        UUID runId,

        @Schema(
                description = "A run ends when all its variations ended: completed when one of them completed.",
                enumeration = {"queued", "running", "completed", "failed", "cancelled"})
        String state,

        String githubUrl,
        String baseRef,

        @Schema(description = "What its agents work in; null for the installation's own image.")
        String image,

        @Schema(description = "In a list, its first 200 characters.")
        String prompt,

        @Schema(description = "In a list only: whether the prompt goes on.") @JsonInclude(JsonInclude.Include.NON_NULL)
        Boolean promptTruncated,

        List<VariationJson> variations,

        @Schema(description = "The choice that holds; null until there is one.")
        PickJson pick,

        @Schema(description = "Every choice made, oldest first.")
        List<PickJson> picks,

        Instant createdAt,
        Instant startedAt,
        Instant endedAt,

        @Schema(description = "Server-sent events out of Redis; the archive once the run has ended.")
        String streamUrl,

        @Schema(description = "The same events out of the agents' own logs.")
        String logsStreamUrl) {

    /** A choice, and the attempt that it was made of. */
    @Schema(name = "Pick")
    record PickJson(int variationId, long attempt, String reason, Instant pickedAt) {
        static PickJson of(PickView pick) {
            return new PickJson(pick.variation(), pick.attempt(), pick.reason(), pick.pickedAt());
        }
    }

    static RunJson whole(RunView run) {
        return of(run, null, run.variations().stream().map(VariationJson::of).toList());
    }

    /** As in a list: without usage, and with the beginning of the prompt. */
    static RunJson brief(RunView run) {
        return of(
                run,
                run.promptTruncated(),
                run.variations().stream().map(VariationJson::brief).toList());
    }

    private static RunJson of(RunView run, Boolean promptTruncated, List<VariationJson> variations) {
        return new RunJson(
                run.id().value(),
                run.state().wireName(),
                run.githubUrl(),
                run.baseRef(),
                run.image(),
                run.prompt(),
                promptTruncated,
                variations,
                run.pick().map(PickJson::of).orElse(null),
                run.picks().stream().map(PickJson::of).toList(),
                run.createdAt(),
                run.startedAt(),
                run.endedAt(),
                Streams.ofRedis(run.id()),
                Streams.ofLogs(run.id()));
    }
}
