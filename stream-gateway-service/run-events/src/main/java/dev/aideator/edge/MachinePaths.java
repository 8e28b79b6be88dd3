package dev.aideator.edge;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

import java.util.Set;

/**
 * What the machines around us ask, which bring no token and name us by whatever address they found us at: a kubelet how
 * we are, and, where the operator lets it, a scraper for figures. It is never more than that anybody may know.
 */
public record MachinePaths(boolean metrics) {

    // Whole paths, not a prefix: nothing else gets in behind one.
    private static final Set<String> HEALTH =
            Set.of("/q/health", "/q/health/live", "/q/health/ready", "/q/health/started");
    private static final String METRICS = "/q/metrics";

    boolean include(RoutingContext context) {
        HttpMethod method = context.request().method();
        String path = context.request().path();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && (HEALTH.contains(path) || (metrics && METRICS.equals(path)));
    }
}
