package dev.aideator.gateway.hub;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How watched runs are kept in memory. */
@ConfigMapping(prefix = "aideator.gateway.hub")
public interface HubConfig {

    /** Bytes of a run's newest frames that are kept; viewers who are further behind are read forward by themselves. */
    @WithDefault("8388608")
    long window();

    /**
     * Bytes that all runs keep together: beyond it runs that nobody watches any more are let go, and then the windows of
     * the others become smaller.
     */
    @WithDefault("134217728")
    long total();

    /**
     * Bytes of one write to a viewer, and so of what waits for one who does not read, at most; but for a single frame that
     * is longer. Runs that share a connection share this.
     */
    @WithDefault("262144")
    int write();

    /** How often each watched run's streams are looked at, in case that pub/sub dropped something in silence. */
    @WithDefault("3s")
    Duration check();

    /** How long a run is kept after its last viewer left: a reload finds it still there. */
    @WithDefault("10s")
    Duration linger();

    /** Bytes of a message on a channel; longer ones are dropped, and read from the stream when they are events. */
    @WithDefault("1048576")
    int longestMessage();
}
