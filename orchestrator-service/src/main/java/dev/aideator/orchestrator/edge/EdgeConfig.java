package dev.aideator.orchestrator.edge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What browsers and REST clients meet. */
@ConfigMapping(prefix = "aideator.edge")
public interface EdgeConfig {

    /** Host names, without ports, that this service is reached by, besides those of the loopback interface. */
    Optional<Set<String>> allowedHosts();

    /** AIDEATOR_API_TOKEN: one of these (with commas between) opens the API, or a session of it; not set, anyone may come in. */
    Optional<String> apiToken();

    /** How long a browser's session lasts before the token is asked for again. */
    @WithDefault("7d")
    Duration sessionAge();

    /** Whether /q/metrics needs no token, for scrapers that cannot send one. */
    @WithDefault("false")
    boolean metricsOpen();

    /** How many bytes the body of a request may have; more is answered 413. */
    @WithDefault("262144")
    int maxBodyBytes();

    /** Where the stream gateway answers; the stream paths are passed through to it. */
    @WithDefault("http://127.0.0.1:8001")
    URI gatewayUrl();

    /** How long the gateway may take to connect, and then to begin its answer, before it counts as away. */
    @WithDefault("20s")
    Duration gatewayPatience();
}
