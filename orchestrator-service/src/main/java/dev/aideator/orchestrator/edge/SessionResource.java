package dev.aideator.orchestrator.edge;

import dev.aideator.edge.ApiTokens;
import dev.aideator.edge.TokenGuard;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.util.Map;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** How a browser that was given the token once may come again without it. Programs send the token itself. */
@Path(SessionResource.PATH)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Session")
class SessionResource {

    static final String PATH = "/api/v1/session";

    private final ApiTokens tokens;
    private final EdgeConfig config;

    SessionResource(ApiTokens tokens, EdgeConfig config) {
        this.tokens = tokens;
        this.config = config;
    }

    @Schema(name = "Session")
    record SessionJson(
            @Schema(description = "Whether this AIdeator asks for a token.")
            boolean tokenRequired,

            @Schema(description = "Whether you may come in: you brought a token or a session, or none is needed.")
            boolean admitted) {}

    @Schema(name = "SignIn")
    record SignIn(
            @Schema(description = "The value of AIDEATOR_API_TOKEN.", required = true)
            String token) {}

    @GET
    @Operation(
            operationId = "getSession",
            summary = "Ask whether you may come in",
            description =
                    "Says whether a token is needed and whether you brought one, or a session. Open to everybody.")
    @APIResponse(
            responseCode = "200",
            description = "Whether a token is needed, and whether you have it.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SessionJson.class),
                            examples = @ExampleObject(name = "session", ref = "session")))
    public SessionJson session(@Context HttpServerRequest request) {
        return new SessionJson(tokens.areRequired(), tokens.admit(request));
    }

    @POST
    @RunOnVirtualThread
    @Operation(
            operationId = "signIn",
            summary = "Give the token once",
            description = "For browsers: answers with a cookie that opens the API and the streams until it expires or"
                    + " the token changes. Programs send the token with every request instead.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SignIn.class),
                            examples = @ExampleObject(name = "sign-in", ref = "sign-in")))
    @APIResponse(
            responseCode = "200",
            description = "You may come in.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SessionJson.class),
                            examples = @ExampleObject(name = "session", ref = "session")))
    @APIResponse(responseCode = "400", ref = "BadSignIn")
    @APIResponse(responseCode = "401", ref = "TokenWrong")
    @APIResponse(responseCode = "413", ref = "BodyTooLarge")
    @APIResponse(responseCode = "415", ref = "NotJson")
    public Response signIn(SignIn given, @Context HttpServerRequest request) throws InterruptedException {
        Response.ResponseBuilder welcome = Response.ok(new SessionJson(tokens.areRequired(), true));
        if (!tokens.areRequired()) {
            return welcome.build();
        }
        if (given == null || given.token() == null) {
            throw ProblemException.invalid(
                    "body-missing", "The token is missing", "Send a JSON object such as {\"token\": \"…\"}.");
        }
        String cookie = tokens.signIn(given.token().strip(), config.sessionAge(), request)
                .orElse(null);
        if (cookie == null) {
            Thread.sleep(TokenGuard.WRONG_TOKEN_MILLIS);
            throw new ProblemException(TokenGuard.wrong(), Map.of());
        }
        return welcome.header(HttpHeaders.SET_COOKIE, cookie).build();
    }

    @DELETE
    @Operation(
            operationId = "signOut",
            summary = "End the session",
            description =
                    "Makes the browser forget its cookie. A copy of it would open AIdeator until it expires or the"
                            + " token changes.")
    @APIResponse(responseCode = "204", description = "The session is over.")
    public Response signOut(@Context HttpServerRequest request) {
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, ApiTokens.signOut(request))
                .build();
    }
}
