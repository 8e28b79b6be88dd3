package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;
import dev.aideator.orchestrator.run.RunRefused;
import dev.aideator.repository.RefusedAddress;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

import java.util.Map;
import java.util.UUID;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;

/** Every error that a REST client can meet, as an RFC 9457 problem. The only place that makes one from an exception. */
class Problems {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    private static final Map<String, String> NO_HEADERS = Map.of();
    private static final Map<String, String> AGAIN_SOON = Map.of("Retry-After", "2");

    @ServerExceptionMapper({
        Throwable.class,
        WebApplicationException.class,
        MismatchedInputException.class,
        JsonProcessingException.class,
        IllegalArgumentException.class
    })
    Response toProblem(Throwable thrown, ContainerRequestContext request) {
        return switch (thrown) {
            case ProblemException e -> response(e.problem(), e.headers());
            case RefusedAddress e -> response(refused(e), NO_HEADERS);
            case RunRefused e -> response(refused(e), NO_HEADERS);
            case JsonProcessingException e -> response(JsonProblems.of(e), NO_HEADERS);
            case WebApplicationException e
            when e.getCause() instanceof JsonProcessingException cause -> response(JsonProblems.of(cause), NO_HEADERS);
            case WebApplicationException e when e.getResponse().getStatus() < 500 -> refused(e, request);
            case Throwable e when DatabaseAway.isCauseOf(e) -> response(databaseAway(e, request), AGAIN_SOON);
            default ->
                response(
                        unexpected(
                                thrown,
                                request.getMethod(),
                                request.getUriInfo().getPath()),
                        NO_HEADERS);
        };
    }

    private static Response response(Problem problem, Map<String, String> headers) {
        Response.ResponseBuilder response = Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .entity(problem.toJson().encode());
        headers.forEach(response::header);
        return response.build();
    }

    private static Problem refused(RefusedAddress e) {
        return new Problem(400, "repository-refused", "This repository can't be cloned", e.getMessage());
    }

    private static Problem refused(RunRefused e) {
        return switch (e) {
            case RunRefused.UnknownRun unknown ->
                new Problem(404, "run-not-found", "There is no such run", unknown.getMessage());
            case RunRefused.UnknownVariation unknown ->
                new Problem(404, "variation-not-found", "There is no such variation", unknown.getMessage());
            case RunRefused.UnknownAttempt unknown ->
                new Problem(404, "attempt-not-found", "There is no such attempt", unknown.getMessage());
            case RunRefused.NotEnded live ->
                new Problem(409, "not-ended", "The variation has not ended", live.getMessage());
            case RunRefused.NoResultYet none ->
                new Problem(409, "no-result", "The variation has no result", none.getMessage());
            case RunRefused.NeverFits large ->
                new Problem(409, "quota-too-small", "There is never room for this run", large.getMessage());
            case RunRefused.KeyReused reused ->
                new Problem(
                        422,
                        "idempotency-key-reused",
                        "The Idempotency-Key belongs to another request",
                        reused.getMessage() + " Send a new key with a new request.");
            case RunRefused.ShuttingDown closed ->
                new Problem(503, "shutting-down", "AIdeator is being stopped", closed.getMessage());
        };
    }

    private static Problem databaseAway(Throwable thrown, ContainerRequestContext request) {
        LOG.warnf(
                "database away method=%s path=%s reason=%s",
                request.getMethod(), Texts.shown(request.getUriInfo().getPath()), thrown.getMessage());
        return new Problem(
                503,
                "database-away",
                "The database is away",
                "The service can't reach its database at this moment; nothing that was taken is lost. Try again in a few"
                        + " seconds.");
    }

    /** What the framework itself refuses: it knows the status, and nothing that would help the client. */
    private static Response refused(WebApplicationException e, ContainerRequestContext request) {
        int status = e.getResponse().getStatus();
        Problem problem = FrameworkProblems.of(
                status, request.getMethod(), request.getUriInfo().getPath());
        Response.ResponseBuilder response = Response.fromResponse(response(problem, NO_HEADERS));
        String allowed = e.getResponse().getHeaderString("Allow");
        return allowed == null
                ? response.build()
                : response.header("Allow", allowed).build();
    }

    /** The id stands in the log beside the stack trace, and in the answer, which tells nothing else. */
    static Problem unexpected(Throwable thrown, String method, String path) {
        String id = UUID.randomUUID().toString();
        LOG.errorf(thrown, "Request failed error=%s method=%s path=%s", id, method, Texts.shown(path));
        return new Problem(
                500,
                "internal",
                "Something went wrong here",
                "The request failed for a reason that is ours, not yours. The service's log tells more under error="
                        + id + ".");
    }
}
