package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.archive.Usage;

import java.time.Instant;

/**
 * A variation as it stands. {@code outcome} is null until it ended, {@code reason} (a stable code) and {@code detail} (a
 * sentence) say why it ended or what keeps it from running, else they are null; times are null until they came.
 *
 * @param attempt the latest attempt's epoch, 0 when none was made yet
 * @param resultAttempt the attempt that left something that can be picked, null for none; during a retry, of before
 */
public record VariationView(
        int index,
        VariationState state,
        AgentChoice agent,
        long attempt,
        Outcome outcome,
        String reason,
        String detail,
        Instant createdAt,
        Instant startedAt,
        Instant endedAt,
        Long resultAttempt,
        Usage usage) {

    public boolean hasResult() {
        return resultAttempt != null;
    }
}
