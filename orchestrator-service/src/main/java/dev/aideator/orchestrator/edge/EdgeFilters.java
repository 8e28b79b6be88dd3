package dev.aideator.orchestrator.edge;

import dev.aideator.edge.ApiTokens;
import dev.aideator.edge.MachinePaths;
import dev.aideator.edge.OriginGuard;
import dev.aideator.edge.TokenGuard;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;

import java.util.Set;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What every request passes first, whatever it asks for. */
@ApplicationScoped
class EdgeFilters {

    private static final String INTERNAL = "/internal/";

    private final EdgeConfig config;
    private final ApiTokens tokens;

    EdgeFilters(EdgeConfig config, ApiTokens tokens) {
        this.config = config;
        this.tokens = tokens;
    }

    /** The headers come first, so that refusals carry them as well. */
    void register(@Observes Filters filters) {
        filters.register(new ResponseHeaders(), 10_000);
        MachinePaths machines = new MachinePaths(config.metricsOpen());
        filters.register(new OriginGuard(config.allowedHosts().orElse(Set.of()), tokens, machines), 9_000);
        filters.register(new TokenGuard(tokens, machines, EdgeFilters::isOpen), 8_500);
        filters.register(new BodyLimit(config.maxBodyBytes()), 8_000);
    }

    /** As it is written and as it is routed: /internal/../api is not ours to open. */
    private static boolean isInternal(RoutingContext context) {
        return context.request().path().startsWith(INTERNAL)
                && context.normalizedPath().startsWith(INTERNAL);
    }

    /** The dashboard itself, which asks for the token, what it asks with, and what has a token of its own. */
    private static boolean isOpen(RoutingContext context) {
        return Dashboard.serves(context)
                || context.request().path().equals(SessionResource.PATH)
                || isInternal(context);
    }
}
