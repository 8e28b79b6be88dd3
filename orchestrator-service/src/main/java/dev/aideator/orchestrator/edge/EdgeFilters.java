package dev.aideator.orchestrator.edge;

import dev.aideator.edge.OriginGuard;

import io.quarkus.vertx.http.runtime.filters.Filters;

import java.util.Set;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What every request passes first, whatever it asks for. */
@ApplicationScoped
class EdgeFilters {

    private final EdgeConfig config;

    EdgeFilters(EdgeConfig config) {
        this.config = config;
    }

    /** The headers come first, so that refusals carry them as well. */
    void register(@Observes Filters filters) {
        filters.register(new ResponseHeaders(), 10_000);
        filters.register(new OriginGuard(config.allowedHosts().orElse(Set.of())), 9_000);
        filters.register(new BodyLimit(config.maxBodyBytes()), 8_000);
    }
}
