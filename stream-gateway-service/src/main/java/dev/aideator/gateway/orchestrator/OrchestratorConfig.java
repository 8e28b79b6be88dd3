package dev.aideator.gateway.orchestrator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The orchestrator, which knows what a run consists of and has what Redis no longer has. */
@ConfigMapping(prefix = "aideator.gateway.orchestrator")
public interface OrchestratorConfig {

    /** Where its internal API answers. */
    @WithDefault("http://127.0.0.1:8000")
    URI url();

    /** The bearer token that its internal API wants, if it wants one. */
    Optional<String> token();

    /** How long an answer may take before the orchestrator counts as away. */
    @WithDefault("5s")
    Duration patience();

    /** Connections to it at once; more questions wait. */
    @WithDefault("16")
    int connections();
}
