package dev.aideator.orchestrator.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How this service looks at its own. */
@ConfigMapping(prefix = "aideator.health")
public interface HealthConfig {

    /** How long the database or Redis may take to answer before it counts as away. */
    @WithDefault("2s")
    Duration patience();
}
