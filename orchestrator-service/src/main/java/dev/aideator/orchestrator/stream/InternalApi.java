package dev.aideator.orchestrator.stream;

import dev.aideator.edge.Problem;
import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.job.Drain;
import dev.aideator.orchestrator.run.Outbox;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.RunRefused.UnknownRun;
import dev.aideator.orchestrator.run.RunShape;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.run.VariationRef;

import io.smallrye.common.annotation.RunOnVirtualThread;
import org.eclipse.microprofile.openapi.annotations.Operation;

import java.time.Duration;
import java.util.List;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** What the gateway asks the orchestrator, and how AIdeator is told to stop. Not for users. */
@Path("/internal/v1")
@Internal
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
public class InternalApi {

    private static final String NDJSON = "application/x-ndjson";
    private static final int MAX_LINES = 10_000;
    private static final int MAX_CHARS = 1 << 20;
    private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(20);

    private final Runs runs;
    private final Archive archive;
    private final Outbox outbox;
    private final Drain drain;

    InternalApi(Runs runs, Archive archive, Outbox outbox, Drain drain) {
        this.runs = runs;
        this.archive = archive;
        this.outbox = outbox;
        this.drain = drain;
    }

    @GET
    @Path("runs/{id}")
    @Operation(hidden = true)
    public RunStreamsJson run(@PathParam("id") String id) {
        RunShape run = existing(id);
        return RunStreamsJson.of(run, archive.heads(List.of(run.run())));
    }

    /** Event lines behind {@code after}; an empty body when there is nothing behind it. */
    @GET
    @Path("runs/{id}/events/{producer}")
    @Produces({NDJSON, MediaType.APPLICATION_JSON})
    @Operation(hidden = true)
    public Response events(
            @PathParam("id") String id,
            @PathParam("producer") String producer,
            @QueryParam("after") @DefaultValue("0-0") String after,
            @QueryParam("limit") @DefaultValue("1000") int limit) {
        RunShape run = existing(id);
        Producer who;
        EntryId position;
        try {
            who = Producer.parse(producer);
            position = EntryId.parse(after);
        } catch (IllegalArgumentException e) {
            return refusal(new Problem(400, "malformed-position", "This is no position in a stream", e.getMessage()));
        }
        if (!who.isRun() && who.index() >= run.variations().size()) {
            return refusal(new Problem(
                    404, "unknown-producer", "No such producer", "Run " + id + " has no variation " + who + "."));
        }
        int most = Math.clamp(limit, 1, MAX_LINES);
        List<String> lines = who.isRun()
                ? outbox.events(run.run(), position.epoch() < 1 ? 0 : position.seq(), most).stream()
                        .map(Outbox.Entry::json)
                        .toList()
                : archive.read(new VariationRef(run.run(), who.index()), position, most, MAX_CHARS).stream()
                        .map(EventLine::json)
                        .toList();
        String body = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        return Response.ok(body, NDJSON).build();
    }

    /** {@code ended}: how many runs were ended. */
    public record DrainedJson(int ended) {}

    @POST
    @Path("drain")
    @Operation(hidden = true)
    public Response drain() {
        Drain.Drained drained = drain.drain(DRAIN_PATIENCE);
        return Response.status(drained.empty() ? 200 : 202)
                .entity(new DrainedJson(drained.ended()))
                .build();
    }

    private RunShape existing(String id) {
        try {
            return runs.shape(RunId.parse(id).orElseThrow(NotFoundException::new));
        } catch (UnknownRun | NotFoundException e) {
            throw new WebApplicationException(refusal(
                    new Problem(404, "unknown-run", "No such run", "There is no run with the id that was asked for.")));
        }
    }

    static Response refusal(Problem problem) {
        return Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .entity(problem.toJson().encode())
                .build();
    }
}
