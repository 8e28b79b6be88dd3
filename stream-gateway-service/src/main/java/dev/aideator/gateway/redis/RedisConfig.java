package dev.aideator.gateway.redis;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** How the Redis is used that live runs are in; where it is says {@link dev.aideator.redis.RedisAccess}. */
@ConfigMapping(prefix = "aideator.gateway.redis")
public interface RedisConfig {

    /** Connections that streams are read through, to each node of a Cluster; the one for pub/sub is beside them. */
    @WithDefault("8")
    int connections();

    /** How long an answer may take before Redis counts as away. */
    @WithDefault("5s")
    Duration patience();

    /** How often the pub/sub connection is asked whether it still lives; it has as long to answer. */
    @WithDefault("2s")
    Duration watchdog();

    /** The longest pause between two attempts to connect for pub/sub again. */
    @WithDefault("2s")
    Duration longestBackoff();

    /** For how long Redis may be away before the streams of known runs go on from the agents' logs. */
    @WithDefault("2s")
    Duration fallbackAfter();

    /** How often it is tried meanwhile whether Redis can be read again. */
    @WithDefault("1s")
    Duration fallbackProbe();
}
