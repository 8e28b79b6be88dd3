package dev.aideator.orchestrator.run.api;

import io.smallrye.config.ConfigMapping;

import java.util.List;
import java.util.Optional;

/** Which images runs may ask for, for their agents to work in. */
@ConfigMapping(prefix = "aideator.images")
public interface ImageConfig {

    /**
     * AIDEATOR_ALLOWED_IMAGES: patterns that an image's whole name must match one of; {@code *} stands for any
     * characters, also {@code /}, {@code :} and {@code @}. Not set, none is allowed.
     */
    Optional<List<String>> allowed();
}
