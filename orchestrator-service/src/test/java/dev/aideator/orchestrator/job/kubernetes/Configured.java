package dev.aideator.orchestrator.job.kubernetes;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;

import java.time.Duration;
import java.util.Map;

/** A configuration of the defaults and what a test sets. */
final class Configured {

    private Configured() {}

    /** {@code settings}: without their prefix. */
    static KubernetesConfig with(Map<String, String> settings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(KubernetesConfig.class);
        settings.forEach((name, value) -> builder.withSources(
                new PropertiesConfigSource(Map.of("aideator.kubernetes." + name, value), name, 300)));
        return builder.build().getConfigMapping(KubernetesConfig.class);
    }
}
