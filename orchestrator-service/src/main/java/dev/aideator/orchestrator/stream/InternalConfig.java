package dev.aideator.orchestrator.stream;

import io.smallrye.config.ConfigMapping;

import java.util.Optional;

/** How our own services know each other. */
@ConfigMapping(prefix = "aideator.internal")
interface InternalConfig {

    /** AIDEATOR_INTERNAL_TOKEN: what callers of {@code /internal/**} must carry; not set, anyone may call. */
    Optional<String> token();
}
