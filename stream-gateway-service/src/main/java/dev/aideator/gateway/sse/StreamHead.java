package dev.aideator.gateway.sse;

import io.vertx.core.http.HttpServerResponse;

/** What stands before a stream. */
final class StreamHead {

    private StreamHead() {}

    static HttpServerResponse fill(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-cache")
                // What stands in front of us (nginx) must not collect what should be seen at once.
                .putHeader("X-Accel-Buffering", "no");
    }
}
