package dev.aideator.gateway.edge;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How many streams may be open at once; 0 means as many as come. */
@ConfigMapping(prefix = "aideator.gateway.limits")
public interface LimitsConfig {

    /** In all. An idle one takes a few KB, and a file descriptor. */
    @WithDefault("20000")
    int connections();

    /** Of one run. */
    @WithDefault("5000")
    int perRun();

    /**
     * From one address. As many as for a run, because a proxy that is not trusted stands for all who come through it; an
     * IPv6 client is its /64, out of which it can pick any address.
     */
    @WithDefault("5000")
    int perAddress();

    /** Addresses, or ranges such as 10.0.0.0/8, of proxies whose X-Forwarded-For is believed; by default none is. */
    Optional<List<String>> trustedProxies();

    /** When to come back who was refused. */
    @WithDefault("10s")
    Duration retryAfter();
}
