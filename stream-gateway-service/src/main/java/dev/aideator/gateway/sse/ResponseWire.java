package dev.aideator.gateway.sse;

import dev.aideator.gateway.hub.ViewerConnection.Receipt;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

import java.util.concurrent.Executor;

/** A response as Vert.x writes it: HTTP/2's streams, and whatever is older than HTTP/1.1. */
final class ResponseWire implements Wire {

    private final RoutingContext request;
    private final HttpServerResponse response;
    private final Executor loop;
    private boolean begun;
    private long waiting;

    ResponseWire(RoutingContext request) {
        this.request = request;
        this.response = request.response();
        Context context = Vertx.currentContext();
        this.loop = task -> context.runOnContext(v -> task.run());
    }

    @Override
    public Executor loop() {
        return loop;
    }

    @Override
    public void write(Buffer bytes, Receipt receipt) {
        if (!begun) {
            begun = true;
            StreamHead.fill(response);
            response.setChunked(!isOld());
        }
        waiting += bytes.length();
        response.write(bytes)
                .onComplete(written -> loop.execute(() -> {
                    waiting -= bytes.length();
                    if (written.succeeded()) {
                        receipt.left();
                    } else {
                        receipt.gone();
                    }
                }));
    }

    @Override
    public Future<Void> end() {
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        // Nothing else tells the end of an old stream.
        return isOld()
                ? response.end().eventually(() -> request.request().connection().close())
                : response.end();
    }

    private boolean isOld() {
        return request.request().version() == HttpVersion.HTTP_1_0;
    }

    @Override
    public long waiting() {
        return waiting;
    }

    @Override
    public void cut() {
        // Of a connection that others share only this stream.
        if (!response.reset()) {
            request.request().connection().close();
        }
    }

    @Override
    public void whenOver(Runnable then) {
        request.addEndHandler(end -> then.run());
        if (response.closed()) {
            then.run();
        }
    }
}
