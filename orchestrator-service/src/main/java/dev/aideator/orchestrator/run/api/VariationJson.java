package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.archive.Usage;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.FinalText;
import dev.aideator.orchestrator.run.VariationView;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Instant;

/** One agent's work on a run's task, as it stands in JSON. */
@Schema(name = "Variation", description = "One agent's work on a run's task.")
record VariationJson(
        @Schema(description = "Counts from 0.") int variationId,

        @Schema(enumeration = {"queued", "starting", "running", "cancelling", "ended"})
        String state,

        String agent,
        String model,
        ParametersJson parameters,

        @Schema(description = "The latest attempt, counted from 1; 0 while none was made.")
        long attempt,

        @Schema(description = "How it ended; null until it did.", examples = "completed")
        String outcome,

        @Schema(
                description = "Why it ended, or what keeps it from running, as a code that stays the same.",
                examples = "agent_finished")
        String reason,

        @Schema(description = "The same as a sentence.") String detail,

        Instant createdAt,
        Instant startedAt,
        Instant endedAt,

        @Schema(description = "Whether it left something that can be picked.")
        boolean hasResult,

        @Schema(description = "The attempt that a pick would keep; null for none. During a retry, one before it.")
        Long resultAttempt,

        @Schema(description = "Not in lists.") @JsonInclude(Include.NON_NULL)
        UsageJson usage,

        @Schema(description = "What the agent said last, at most 256 KiB of it. Only for a single variation.")
        @JsonInclude(Include.NON_NULL)
        String finalText,

        @Schema(description = "Whether final_text was cut; the whole is in the variation's output.")
        @JsonInclude(Include.NON_NULL)
        Boolean finalTextTruncated,

        @Schema(description = "The attempt whose final_text that is: the latest that put out anything.")
        @JsonInclude(Include.NON_NULL)
        Long finalTextAttempt) {

    /** Those that were asked for. */
    @Schema(name = "VariationParameters")
    @JsonInclude(Include.NON_NULL)
    record ParametersJson(Double temperature, Integer maxTokens) {}

    /** Tokens, and what they cost. */
    @Schema(name = "Usage")
    record UsageJson(
            long inputTokens,
            long outputTokens,
            @Schema(description = "Null when nobody said.") Double costUsd,

            @Schema(enumeration = {"reported", "estimated", "unknown"})
            String costSource) {
        static UsageJson of(Usage usage) {
            return new UsageJson(
                    usage.inputTokens(),
                    usage.outputTokens(),
                    usage.costUsd(),
                    usage.costSource().wireName());
        }
    }

    static VariationJson of(VariationView variation) {
        return of(variation, UsageJson.of(variation.usage()), null, null, null);
    }

    static VariationJson brief(VariationView variation) {
        return of(variation, null, null, null, null);
    }

    static VariationJson withText(VariationView variation, FinalText text) {
        return of(variation, UsageJson.of(variation.usage()), text.text(), text.truncated(), text.attempt());
    }

    static VariationJson withoutText(VariationView variation) {
        return of(variation, UsageJson.of(variation.usage()), null, false, null);
    }

    private static VariationJson of(
            VariationView v, UsageJson usage, String finalText, Boolean truncated, Long textAttempt) {
        AgentChoice agent = v.agent();
        return new VariationJson(
                v.index(),
                v.state().wireName(),
                agent.agent(),
                agent.model(),
                new ParametersJson(agent.temperature(), agent.maxTokens()),
                v.attempt(),
                v.outcome() == null ? null : v.outcome().wireName(),
                v.reason(),
                v.detail(),
                v.createdAt(),
                v.startedAt(),
                v.endedAt(),
                v.hasResult(),
                v.resultAttempt(),
                usage,
                finalText,
                truncated,
                textAttempt);
    }
}
