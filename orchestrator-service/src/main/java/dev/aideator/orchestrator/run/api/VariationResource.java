package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.run.AgentText;
import dev.aideator.orchestrator.run.RunRefused;
import dev.aideator.orchestrator.run.RunView;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.run.VariationRef;
import dev.aideator.orchestrator.run.VariationState;
import dev.aideator.orchestrator.run.VariationView;

import io.smallrye.common.annotation.RunOnVirtualThread;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;

/** One variation of a run: what it came to, and all that its agent put out. */
@Path("/api/v1/runs/{run_id}/variations/{variation_id}")
@RunOnVirtualThread
@Tag(name = "Variations")
class VariationResource {

    private static final String A_RUN = "The run's id, as POST /runs answered it.";
    private static final String A_VARIATION = "The variation's number, counted from 0.";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Runs runs;

    VariationResource(Runs runs) {
        this.runs = runs;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "getVariation",
            summary = "Look at a variation",
            description = "Its state, outcome and usage, and what the agent said last.")
    @APIResponse(
            responseCode = "200",
            description = "The variation as it stands.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = VariationJson.class),
                            examples = @ExampleObject(name = "variation", ref = "variation")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownVariation")
    public VariationJson get(
            @Parameter(description = A_RUN) @PathParam("run_id") String run,
            @Parameter(description = A_VARIATION, schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("variation_id")
                    String variation) {
        VariationRef ref = Ids.variation(run, variation);
        VariationView view = in(runs.find(ref.run()), ref);
        try {
            return VariationJson.withText(view, runs.finalText(ref));
        } catch (RunRefused.NoResultYet none) {
            return VariationJson.withoutText(view);
        }
    }

    @GET
    @Path("output")
    @Produces(TEXT)
    @Operation(
            operationId = "getOutput",
            summary = "Read all that an agent put out",
            description = "As plain text, whole. While the agent works, the latest seconds are missing; the stream has"
                    + " them.")
    @APIResponse(
            responseCode = "200",
            description = "The text as the agent wrote it.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_PLAIN,
                            schema = @Schema(type = SchemaType.STRING),
                            examples = @ExampleObject(name = "output", ref = "output")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownAttempt")
    @APIResponse(responseCode = "409", ref = "NoResult")
    public Response output(
            @Parameter(description = A_RUN) @PathParam("run_id") String run,
            @Parameter(description = A_VARIATION, schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("variation_id")
                    String variation,
            @Parameter(
                            description =
                                    "Which attempt's, counted from 1; by default the latest that put out anything.",
                            schema = @Schema(type = SchemaType.INTEGER, minimum = "1"))
                    @QueryParam("attempt")
                    String attempt) {
        VariationRef ref = Ids.variation(run, variation);
        AgentText text = attempt == null ? runs.output(ref) : runs.output(Ids.attempt(ref, attempt));
        return Response.ok((StreamingOutput) text::writeTo, TEXT).build();
    }

    @DELETE
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "cancelVariation",
            summary = "Cancel a variation",
            description = "Asks one variation to end; the others go on. One that has ended stays as it is.")
    @APIResponse(
            responseCode = "200",
            description = "The variation has ended.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = VariationJson.class),
                            examples = @ExampleObject(name = "variation", ref = "variation")))
    @APIResponse(
            responseCode = "202",
            description = "The variation is about to end.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = VariationJson.class),
                            examples = @ExampleObject(name = "variation", ref = "variation")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownVariation")
    public Response cancel(
            @Parameter(description = A_RUN) @PathParam("run_id") String run,
            @Parameter(description = A_VARIATION, schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("variation_id")
                    String variation) {
        VariationRef ref = Ids.variation(run, variation);
        VariationView view = in(runs.cancelVariation(ref), ref);
        boolean ended = view.state() == VariationState.ENDED;
        return Response.status(ended ? Response.Status.OK : Response.Status.ACCEPTED)
                .entity(VariationJson.of(view))
                .build();
    }

    @POST
    @Path("retry")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "retryVariation",
            summary = "Try a variation again",
            description = "Puts a variation that has ended into the queue again, for a fresh attempt. A run that had"
                    + " ended goes on and ends again, with another run_complete in its stream. What was picked stays picked,"
                    + " and what attempts before put out stays readable.")
    @APIResponse(
            responseCode = "202",
            description = "The run, with the variation in the queue.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunJson.class),
                            examples = @ExampleObject(name = "run", ref = "run")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownVariation")
    @APIResponse(responseCode = "409", ref = "NotRetried")
    @APIResponse(responseCode = "503", ref = "ShuttingDown")
    public Response retry(
            @Parameter(description = A_RUN) @PathParam("run_id") String run,
            @Parameter(description = A_VARIATION, schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("variation_id")
                    String variation) {
        RunView retried = runs.retry(Ids.variation(run, variation));
        return Response.accepted(RunJson.whole(retried)).build();
    }

    private static VariationView in(RunView run, VariationRef ref) {
        return run.variations().stream()
                .filter(variation -> variation.index() == ref.index())
                .findFirst()
                .orElseThrow(() -> new RunRefused.UnknownVariation(ref));
    }
}
