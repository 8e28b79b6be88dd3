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

/** The same as /health, for clients that know the API's base path only. */
@Path("/api/v1/health")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Health")
class ApiHealthResource {

    private final HealthResource health;

    ApiHealthResource(HealthResource health) {
        this.health = health;
    }

    @GET
    @Operation(
            operationId = "getApiHealth",
            summary = "Ask how the service is",
            description = "The same as /health, for clients that know the API's base path only.")
    @APIResponse(
            responseCode = "200",
            description = "ok or degraded.",
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
        return health.health();
    }
}
