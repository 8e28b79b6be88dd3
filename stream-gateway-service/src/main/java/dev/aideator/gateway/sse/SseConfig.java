package dev.aideator.gateway.sse;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** The streams that viewers see. */
@ConfigMapping(prefix = "aideator.gateway.sse")
public interface SseConfig {

    /** How often a viewer hears that the gateway is there. */
    @WithDefault("30s")
    Duration heartbeat();

    /** How long a browser is told to wait before it opens a stream again that was cut: at least this, at most twice it. */
    @WithDefault("1s")
    Duration retry();

    /**
     * How long a viewer may take nothing of what waits for it; then it is cut off, and comes back with its last id if it
     * lives.
     */
    @WithDefault("30s")
    Duration patience();

    /** Within what time a gateway that is told to stop closes its viewers' streams, when they are many. */
    @WithDefault("5s")
    Duration drain();
}
