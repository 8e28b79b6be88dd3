package dev.aideator.orchestrator.edge;

import io.quarkus.vertx.http.runtime.filters.Filters;
import org.eclipse.microprofile.openapi.annotations.Operation;

import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** Parts of the service that fail for no good reason: a resource, and a route beside the resources. */
@Path("/api/v1/faulty")
class Faulty {

    @GET
    @Operation(hidden = true)
    public String fail() {
        throw new IllegalStateException("a secret of ours");
    }

    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    if (context.normalizedPath().equals("/api/v1/faulty-route")) {
                        throw new IllegalStateException("a secret of ours");
                    }
                    context.next();
                },
                10);
    }
}
