package dev.aideator.gateway.redis;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;

/** The Redis that live runs are in. */
@ConfigMapping(prefix = "aideator.gateway.redis")
public interface RedisConfig {

    /** {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} for TLS. */
    @WithDefault("redis://127.0.0.1:6379")
    String url();

    /** Connections that streams are read through; the one for pub/sub is beside them. */
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
