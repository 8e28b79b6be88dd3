package dev.aideator.orchestrator.run.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much one run may ask for. */
@ConfigMapping(prefix = "aideator.limits")
public interface RunLimits {

    /** MAX_VARIATIONS. */
    @WithDefault("5")
    int maxVariations();

    /** How many a run has that doesn't say; never more than the most. */
    @WithDefault("3")
    int defaultVariations();

    /** In bytes of UTF-8. */
    @WithDefault("100000")
    int maxPromptBytes();

    /** In characters; why a variation was picked. */
    @WithDefault("2000")
    int maxReasonLength();
}
