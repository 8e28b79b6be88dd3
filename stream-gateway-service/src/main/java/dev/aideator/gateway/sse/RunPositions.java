package dev.aideator.gateway.sse;

import dev.aideator.events.Position;
import dev.aideator.events.RunKeys;
import dev.aideator.gateway.hub.HubKey;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How far a viewer is with each of several runs: the id on their common stream, written
 * {@code <run>=<position>;<run>=<position>}. Immutable.
 */
record RunPositions(Map<String, Position> runs) {

    /** As many as one connection carries; nobody was ever given an id with more. */
    static final int MAX_RUNS = 20;

    RunPositions {
        runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
    }

    /** Throws IllegalArgumentException, with a sentence for the sender, for anything else. */
    static RunPositions parse(String text) {
        Map<String, Position> runs = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return new RunPositions(runs);
        }
        String[] parts = text.split(";", MAX_RUNS + 1);
        if (parts.length > MAX_RUNS) {
            throw new IllegalArgumentException("An id names at most " + MAX_RUNS + " runs");
        }
        for (String part : parts) {
            int equals = part.indexOf('=');
            if (equals < 0 || !RunKeys.isRunId(part.substring(0, equals))) {
                throw new IllegalArgumentException(
                        "The id of several runs looks like <run>=0:1-42,run:1-9;<run>=0:1-7");
            }
            String run = runId(part.substring(0, equals));
            if (runs.put(run, Position.parse(part.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("Run " + run + " stands twice in the id");
            }
        }
        return new RunPositions(runs);
    }

    /** One run, one name: a UUID may be written in capitals. */
    static String runId(String text) {
        return HubKey.isKept(text) ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** A run that is not named is at its start. */
    Position of(String runId) {
        return runs.getOrDefault(runId, Position.START);
    }

    @Override
    public String toString() {
        return runs.entrySet().stream()
                .map((Map.Entry<String, Position> run) -> run.getKey() + "=" + run.getValue())
                .collect(Collectors.joining(";"));
    }
}
