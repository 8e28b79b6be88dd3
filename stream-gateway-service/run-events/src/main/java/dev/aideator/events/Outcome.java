package dev.aideator.events;

import java.util.Locale;

/** How an attempt ended. A closed list: whatever happens is one of these. */
public enum Outcome {
    COMPLETED,
    FAILED,
    CANCELLED,
    TIMED_OUT,
    BUDGET_REACHED,
    IMAGE_PULL_FAILED,
    UNSCHEDULABLE,
    QUOTA_EXCEEDED,
    ADMISSION_REFUSED,
    START_FAILED,
    OUT_OF_MEMORY,
    EVICTED,
    AGENT_SILENT,
    AGENT_CRASHED,
    LOST;

    /** As it stands in JSON: {@code timed_out}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws IllegalArgumentException for a name that is not in the list. */
    public static Outcome parse(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
