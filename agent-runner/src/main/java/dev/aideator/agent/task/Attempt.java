package dev.aideator.agent.task;

import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;

import java.util.Map;
import java.util.Optional;

/** Who speaks, and where to: the least that has to be known to tell anyone anything. */
public record Attempt(RunKeys run, Producer variation, Optional<Long> epoch, Optional<String> redisUrl) {

    /** Throws {@link BadSetting}. */
    public static Attempt of(Settings settings) {
        String runId = settings.runId().strip();
        if (!RunKeys.isRunId(runId)) {
            throw new BadSetting("RUN_ID has 1 to 64 of A-Z a-z 0-9 _ -, which \"" + runId + "\" is not.");
        }
        String variation = settings.variationId().strip();
        if (!variation.matches("0|[1-9][0-9]{0,3}")) {
            throw new BadSetting("VARIATION_ID is a number from 0, not \"" + variation + "\".");
        }
        return new Attempt(new RunKeys(runId), Producer.parse(variation), settings.epoch(), settings.redisUrl());
    }

    /** What a program that works for this attempt is told of it. */
    public Map<String, String> identity() {
        return Map.of("RUN_ID", run.runId(), "VARIATION_ID", variation.name());
    }
}
