package dev.aideator.orchestrator.health;

import io.smallrye.common.annotation.RunOnVirtualThread;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** The health that people and scripts ask for; Kubernetes asks /q/health. */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Health")
class HealthResource {

    private final Checks checks;

    HealthResource(Checks checks) {
        this.checks = checks;
    }

    @GET
    @Operation(
            operationId = "getHealth",
            summary = "Ask how the service is",
            description = "Looks at Redis and the database while you wait, two seconds at most.")
    @APIResponse(
            responseCode = "200",
            description = "ok, or degraded: runs are taken and kept, and something about Redis needs a look.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Health.class),
                            examples = @ExampleObject(name = "health", ref = "health")))
    @APIResponse(
            responseCode = "503",
            description = "down: the database can't be reached.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Health.class),
                            examples = @ExampleObject(name = "down", ref = "health-down")))
    public Response health() throws InterruptedException {
        Health health = checks.take();
        return Response.status(health.isDown() ? 503 : 200).entity(health).build();
    }
}
