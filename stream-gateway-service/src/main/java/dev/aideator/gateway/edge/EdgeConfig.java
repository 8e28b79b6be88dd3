package dev.aideator.gateway.edge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.util.Optional;
import java.util.Set;

/** Who may come, and what they may watch. */
@ConfigMapping(prefix = "aideator.gateway.edge")
public interface EdgeConfig {

    /** Host names, without ports, that this service is reached by, besides those of the loopback interface. */
    Optional<Set<String>> allowedHosts();

    /** AIDEATOR_API_TOKEN: one of these (with commas between) opens the streams, or a session of it; not set, anyone may watch. */
    Optional<String> apiToken();

    /** Whether /q/metrics needs no token, for scrapers that cannot send one. */
    @WithDefault("false")
    boolean metricsOpen();

    /** The one other origin whose pages may read streams, such as a dashboard's development server. */
    Optional<String> dashboardOrigin();

    /** Whether runs may be watched that only live in Redis channels, by ids that are not in UUID form. */
    @WithDefault("false")
    boolean allowAdhocRuns();

    /** How many variations such a run is taken to have. */
    @WithDefault("5")
    int maxVariations();
}
