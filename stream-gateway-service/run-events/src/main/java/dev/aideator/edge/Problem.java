package dev.aideator.edge;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/**
 * An error as RFC 9457 tells it. {@code slug} names the kind of problem and never changes; {@code title} says the kind
 * in words; {@code detail} says what happened here and what to do.
 */
public record Problem(int status, String slug, String title, String detail) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /** Where problem types are described: README's section on errors. */
    private static final String TYPES = "https://aideator.dev/problems/";

    public String type() {
        return TYPES + slug;
    }

    public JsonObject toJson() {
        return new JsonObject()
                .put("type", type())
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
    }

    /** Ends the response with this problem. */
    public void send(HttpServerResponse response) {
        response.setStatusCode(status)
                .putHeader("Content-Type", MEDIA_TYPE)
                .putHeader("Cache-Control", "no-store")
                .end(toJson().toBuffer());
    }
}
