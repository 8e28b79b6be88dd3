package dev.aideator.agent.task;

import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.redis.BadRedisSetting;
import dev.aideator.redis.RedisAccess;

import org.jboss.logging.Logger;

import java.util.Map;
import java.util.Optional;

/**
 * Who speaks, and where to: the least that has to be known to tell anyone anything. Without {@code redis} events go to
 * standard output only.
 */
public record Attempt(RunKeys run, Producer variation, Optional<Long> epoch, Optional<RedisAccess> redis) {

    private static final Logger LOG = Logger.getLogger(Attempt.class);

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
        return new Attempt(new RunKeys(runId), Producer.parse(variation), settings.epoch(), redis(settings));
    }

    /** Standard output has all events as well: no reason to give an attempt up. */
    private static Optional<RedisAccess> redis(Settings settings) {
        try {
            return settings.redis();
        } catch (BadRedisSetting e) {
            LOG.errorf("Redis is not used, events go to standard output only: %s", e.getMessage());
            return Optional.empty();
        }
    }

    /** What a program that works for this attempt is told of it. */
    public Map<String, String> identity() {
        return Map.of("RUN_ID", run.runId(), "VARIATION_ID", variation.name());
    }
}
