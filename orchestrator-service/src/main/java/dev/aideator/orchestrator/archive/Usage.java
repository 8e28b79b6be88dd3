package dev.aideator.orchestrator.archive;

import dev.aideator.events.Payload.AgentUsage;
import dev.aideator.events.Payload.AgentUsage.CostSource;

/** Tokens that a variation used, and their cost in US dollars, null when nobody said. */
public record Usage(long inputTokens, long outputTokens, Double costUsd, CostSource costSource) {

    public static final Usage NONE = new Usage(0, 0, null, CostSource.UNKNOWN);

    /** The sum is as sure as its least sure part. */
    Usage plus(AgentUsage more) {
        boolean first = equals(NONE);
        CostSource source = first || more.costSource().compareTo(costSource) > 0 ? more.costSource() : costSource;
        Double cost =
                more.costUsd() == null ? costUsd : Double.valueOf(more.costUsd() + (costUsd == null ? 0 : costUsd));
        return new Usage(inputTokens + more.inputTokens(), outputTokens + more.outputTokens(), cost, source);
    }
}
