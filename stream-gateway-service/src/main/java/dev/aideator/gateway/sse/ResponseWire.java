package dev.aideator.gateway.sse;

import dev.aideator.gateway.hub.ViewerConnection.Receipt;

import io.netty.channel.Channel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;

import java.util.Optional;
import java.util.concurrent.Executor;

/** A response as Vert.x writes it: HTTP/2's streams, and whatever is older than HTTP/1.1. */
final class ResponseWire implements Wire {

    /** Bytes of which it is told that they have left: a slow viewer's progress is seen in these steps. */
    private static final int SLICE = 16_384;

    private static final Receipt NOBODY = new Receipt() {
        @Override
        public void left() {}

        @Override
        public void gone() {}
    };

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
        if (response.ended() || response.closed()) {
            receipt.gone();
            return;
        }
        if (!begun) {
            begun = true;
            StreamHead.fill(response);
            response.setChunked(!isOld());
        }
        int at = 0;
        do {
            int end = Math.min(at + SLICE, bytes.length());
            writeSlice(bytes.slice(at, end), end == bytes.length() ? receipt : NOBODY);
            at = end;
        } while (at < bytes.length());
    }

    /** They leave in order: if one does not, none behind it does. */
    private void writeSlice(Buffer slice, Receipt receipt) {
        waiting += slice.length();
        response.write(slice)
                .onComplete(written -> loop.execute(() -> {
                    waiting -= slice.length();
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
        if (request.request().version() == HttpVersion.HTTP_2) {
            // Of a connection that others share only this stream.
            response.reset();
        } else {
            // Vert.x would close it behind what is stuck.
            channel()
                    .ifPresentOrElse(
                            Wire::reset, () -> request.request().connection().close());
        }
    }

    private Optional<Channel> channel() {
        return request.request().connection() instanceof ConnectionBase connection
                ? Optional.of(connection.channel())
                : Optional.empty();
    }

    @Override
    public void whenOver(Runnable then) {
        request.addEndHandler(end -> then.run());
        if (request.request().version() != HttpVersion.HTTP_2) {
            // Vert.x tells of no end when another request, of which it could make nothing, came behind this one.
            channel().ifPresent(channel -> channel.closeFuture().addListener(closed -> then.run()));
        }
        if (response.closed()) {
            then.run();
        }
    }
}
