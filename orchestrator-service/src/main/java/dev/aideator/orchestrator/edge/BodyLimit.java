package dev.aideator.orchestrator.edge;

import dev.aideator.edge.Problem;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import java.util.Map;

/** Refuses a body that announces itself as too big; {@link BodyReader} catches those that don't say. */
final class BodyLimit implements Handler<RoutingContext> {

    /** A body up to here is read and thrown away, so that its sender gets to the answer and the connection lives on. */
    private static final long DRAINED = 64L * 1024 * 1024;

    private final int maxBytes;

    BodyLimit(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        long length = announced(request.getHeader("Content-Length"));
        if (length <= maxBytes) {
            context.next();
            return;
        }
        if (length > DRAINED) {
            context.response().putHeader("Connection", "close");
            context.response().endHandler(sent -> request.connection().close());
        } else {
            request.handler(thrownAway -> {});
            request.resume();
        }
        problem(maxBytes).send(context.response());
    }

    private static long announced(String length) {
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            // Digits, for the server checks that: more of them than a long has.
            return Long.MAX_VALUE;
        }
    }

    static ProblemException exceeded(int maxBytes) {
        return new ProblemException(problem(maxBytes), Map.of("Connection", "close"));
    }

    private static Problem problem(int maxBytes) {
        return new Problem(
                413,
                "body-too-large",
                "The request's body is too large",
                "A request's body may have " + maxBytes + " bytes; shorten the prompt, or put long texts into a file"
                        + " of the repository and name it in the prompt.");
    }
}
