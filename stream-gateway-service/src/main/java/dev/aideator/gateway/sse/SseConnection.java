package dev.aideator.gateway.sse;

import dev.aideator.events.Position;
import dev.aideator.gateway.hub.Ids;
import dev.aideator.gateway.hub.ViewerConnection;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import java.util.function.Supplier;

/** A viewer's response. Its head goes out with the first write; until then it can still become something else. */
final class SseConnection implements ViewerConnection {

    static final String MEDIA_TYPE = "text/event-stream";

    private final HttpServerResponse response;
    private boolean begun;

    SseConnection(HttpServerResponse response) {
        this.response = response;
    }

    static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", MEDIA_TYPE)
                .putHeader("Cache-Control", "no-cache")
                // What stands in front of us (nginx) must not collect what should be seen at once.
                .putHeader("X-Accel-Buffering", "no");
    }

    static Future<Void> end(HttpServerResponse response) {
        return response.ended() || response.closed() ? Future.succeededFuture() : response.end();
    }

    @Override
    public Ids ids() {
        return Ids.IN_FRAMES;
    }

    @Override
    public Future<Void> write(Buffer bytes, Supplier<Position> reached) {
        return write(bytes);
    }

    Future<Void> write(Buffer bytes) {
        if (!begun) {
            begun = true;
            head(response).setChunked(true);
        }
        return response.write(bytes);
    }

    @Override
    public Future<Void> end() {
        return end(response);
    }

    @Override
    public Future<Void> close() {
        return end(response);
    }
}
