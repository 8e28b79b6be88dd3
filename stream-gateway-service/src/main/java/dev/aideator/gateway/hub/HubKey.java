package dev.aideator.gateway.hub;

import java.util.Locale;
import java.util.regex.Pattern;

/** A run as it is watched: from one of its sources. */
public record HubKey(String runId, Backend backend) {

    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** Whether a run of this id is the orchestrator's to know; any other lives in Redis only. */
    public static boolean isKept(String runId) {
        return UUID_FORM.matcher(runId).matches();
    }

    public boolean isKept() {
        return isKept(runId);
    }

    /** Where events are read from. */
    public enum Backend {
        REDIS,
        LOGS;

        /** As it stands in a {@code source_changed}. */
        public String sourceName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
