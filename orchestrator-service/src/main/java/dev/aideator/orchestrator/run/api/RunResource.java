package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.run.RunView;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.run.Started;
import dev.aideator.orchestrator.run.VariationRef;

import io.smallrye.common.annotation.RunOnVirtualThread;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.net.URI;
import java.util.Optional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** Runs: start them, look at them, cancel them, pick their winner. */
@Path("/api/v1/runs")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "Runs")
class RunResource {

    private static final String A_RUN = "The run's id, as POST /runs answered it.";

    private final Runs runs;
    private final RunRequestCheck requests;
    private final RunLimits limits;

    RunResource(Runs runs, RunRequestCheck requests, RunLimits limits) {
        this.runs = runs;
        this.requests = requests;
        this.limits = limits;
    }

    @POST
    @Operation(
            operationId = "startRun",
            summary = "Start a run",
            description = "Takes a task for several agents at once. The agents start when there is room; watch"
                    + " stream_url to see them work. A field that is not known here is refused, so that a typing mistake"
                    + " loses nothing.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunRequest.class),
                            examples = {
                                @ExampleObject(name = "simple", ref = "start-run"),
                                @ExampleObject(name = "different-agents", ref = "start-run-with-agents")
                            }))
    @APIResponse(
            responseCode = "202",
            description = "The run was taken, or had been with the same Idempotency-Key.",
            headers = @Header(name = "Location", description = "The run.", schema = @Schema(type = SchemaType.STRING)),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunAccepted.class),
                            examples = @ExampleObject(name = "accepted", ref = "run-accepted")))
    @APIResponse(responseCode = "400", ref = "RunRefused")
    @APIResponse(responseCode = "413", ref = "BodyTooLarge")
    @APIResponse(responseCode = "415", ref = "NotJson")
    @APIResponse(responseCode = "422", ref = "KeyReused")
    @APIResponse(responseCode = "503", ref = "ShuttingDown")
    public Response start(
            @Parameter(
                            description =
                                    "1 to 255 printable characters. The same key within 24 hours gives the same run,"
                                            + " however often the request is sent.",
                            example = "8d1c2b60-monday-survey")
                    @HeaderParam("Idempotency-Key")
                    String idempotencyKey,
            RunRequest request) {
        Started started = runs.start(requests.check(request), key(idempotencyKey));
        return Response.accepted(RunAccepted.of(started.run()))
                .location(URI.create("/api/v1/runs/" + started.run().id()))
                .build();
    }

    private static Optional<String> key(String header) {
        if (header != null && !header.matches("[\\x20-\\x7e]{1,255}")) {
            throw invalid(
                    "idempotency-key-invalid",
                    "This is no Idempotency-Key",
                    "An Idempotency-Key has 1 to 255 printable ASCII characters; a random UUID is a good one.");
        }
        return Optional.ofNullable(header);
    }

    @GET
    @Operation(
            operationId = "listRuns",
            summary = "List runs",
            description = "Newest first, a page at a time; prompts are cut at 200 characters.")
    @APIResponse(
            responseCode = "200",
            description = "A page of runs.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunListJson.class),
                            examples = @ExampleObject(name = "page", ref = "run-list")))
    @APIResponse(responseCode = "400", ref = "BadParameter")
    public RunListJson list(
            @Parameter(
                            description = "Only runs in this state.",
                            schema =
                                    @Schema(
                                            type = SchemaType.STRING,
                                            enumeration = {"queued", "running", "completed", "failed", "cancelled"}))
                    @QueryParam("state")
                    String state,
            @Parameter(
                            description = "Counts from 0.",
                            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", defaultValue = "0"))
                    @QueryParam("page")
                    String page,
            @Parameter(
                            description = "Runs on a page.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "100",
                                            defaultValue = "20"))
                    @QueryParam("size")
                    String size) {
        ListParameters parameters = ListParameters.parse(state, page, size);
        return RunListJson.of(
                runs.list(parameters.state(), parameters.page(), parameters.size()),
                parameters.page(),
                parameters.size());
    }

    @GET
    @Path("{run_id}")
    @Operation(operationId = "getRun", summary = "Look at a run", description = "The run with all its variations.")
    @APIResponse(
            responseCode = "200",
            description = "The run as it stands.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunJson.class),
                            examples = @ExampleObject(name = "run", ref = "run")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownRun")
    public RunJson get(@Parameter(description = A_RUN) @PathParam("run_id") String run) {
        return RunJson.whole(runs.find(Ids.run(run)));
    }

    @GET
    @Path("{run_id}/status")
    @Operation(
            operationId = "getRunStatus",
            summary = "Ask where a run stands",
            description = "The states only, for those who ask often; the stream tells every change by itself.")
    @APIResponse(
            responseCode = "200",
            description = "The states as they are.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunStatusJson.class),
                            examples = @ExampleObject(name = "status", ref = "run-status")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownRun")
    public RunStatusJson status(@Parameter(description = A_RUN) @PathParam("run_id") String run) {
        return RunStatusJson.of(runs.find(Ids.run(run)));
    }

    @DELETE
    @Path("{run_id}")
    @Operation(
            operationId = "cancelRun",
            summary = "Cancel a run",
            description = "Asks every variation that has not ended to end. The record stays, and what they have put out"
                    + " can still be read and picked. A run that has ended stays as it is.")
    @APIResponse(
            responseCode = "200",
            description = "The run has ended.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunJson.class),
                            examples = @ExampleObject(name = "run", ref = "run")))
    @APIResponse(
            responseCode = "202",
            description = "The run is about to end.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunJson.class),
                            examples = @ExampleObject(name = "run", ref = "run")))
    @APIResponse(responseCode = "400", ref = "BadRunId")
    @APIResponse(responseCode = "404", ref = "UnknownRun")
    public Response cancel(@Parameter(description = A_RUN) @PathParam("run_id") String run) {
        RunView cancelled = runs.cancel(Ids.run(run));
        return Response.status(cancelled.state().isFinal() ? Response.Status.OK : Response.Status.ACCEPTED)
                .entity(RunJson.whole(cancelled))
                .build();
    }

    @POST
    @Path("{run_id}/select")
    @Operation(
            operationId = "pickVariation",
            summary = "Pick a variation",
            description =
                    "Keeps one variation's result as the run's winner. Any variation that has a result can be"
                            + " picked, also in a cancelled run. Picking again changes the choice; every choice stays on record.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = PickRequest.class),
                            examples = @ExampleObject(name = "pick", ref = "pick")))
    @APIResponse(
            responseCode = "200",
            description = "The run with its pick.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RunJson.class),
                            examples = @ExampleObject(name = "run", ref = "run")))
    @APIResponse(responseCode = "400", ref = "BadPick")
    @APIResponse(responseCode = "404", ref = "UnknownVariation")
    @APIResponse(responseCode = "409", ref = "NoResult")
    @APIResponse(responseCode = "413", ref = "BodyTooLarge")
    @APIResponse(responseCode = "415", ref = "NotJson")
    public RunJson select(@Parameter(description = A_RUN) @PathParam("run_id") String run, PickRequest request) {
        VariationRef picked = new VariationRef(Ids.run(run), pick(request).variation());
        return RunJson.whole(runs.select(picked, request.reasonWithin(limits.maxReasonLength())));
    }

    private static PickRequest pick(PickRequest request) {
        if (request == null) {
            throw invalid("body-missing", "The body is missing", "Send a JSON object such as {\"variation_id\": 0}.");
        }
        return request;
    }
}
