package dev.aideator.gateway.sse;

import dev.aideator.events.Position;
import dev.aideator.gateway.hub.Ids;
import dev.aideator.gateway.hub.ViewerConnection;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One response that several runs' viewers write to. Frames carry no id; each write ends with one block that is nothing but
 * an id and has every run's position, so that who comes back after a cut gets at most that write again. What runs have to
 * say while a write is under way goes together with the next one.
 *
 * <p>The runs' hubs live on event loops of their own; all state here belongs to the connection's, and only the strands'
 * methods are called from elsewhere.
 */
final class SharedConnection {

    private final Context context;
    private final HttpServerResponse response;

    /** Every run's position as of the last byte in {@code pending}, as text. */
    private final Map<String, String> reached = new LinkedHashMap<>();

    private Buffer pending;
    private List<Promise<Void>> waiting = new ArrayList<>();
    private int open;
    private boolean begun;
    private boolean writing;
    private boolean closing;

    /** {@code from}: where the viewer stands with each run; {@code preamble} comes before everything. */
    SharedConnection(Context context, HttpServerResponse response, RunPositions from, Buffer preamble) {
        this.context = context;
        this.response = response;
        this.pending = preamble;
        from.runs().forEach((run, position) -> reached.put(run, position.toString()));
    }

    /** One run's way to the viewer. What it writes is held until the stream begins. */
    ViewerConnection strand(String runId) {
        return new Strand(runId);
    }

    /** The head and all that was held go out; until then the response can still become something else. */
    void begin(int strands) {
        context.runOnContext(v -> {
            open += strands;
            begun = true;
            SseConnection.head(response).setChunked(true);
            flush();
        });
    }

    private void add(String runId, Buffer frames, String position, Promise<Void> written) {
        if (closing) {
            written.fail("The stream is being closed");
            return;
        }
        pending.appendBuffer(frames);
        reached.put(runId, position);
        waiting.add(written);
        if (begun && !writing) {
            flush();
        }
    }

    private void flush() {
        Buffer bytes = pending.appendString("id: " + String.join(";", parts()) + "\n\n");
        List<Promise<Void>> written = waiting;
        pending = Buffer.buffer();
        waiting = new ArrayList<>();
        writing = true;
        response.write(bytes).onComplete(result -> context.runOnContext(v -> hasWritten(written, result)));
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>(reached.size());
        reached.forEach((run, position) -> parts.add(run + "=" + position));
        return parts;
    }

    private void hasWritten(List<Promise<Void>> written, AsyncResult<Void> result) {
        writing = false;
        written.forEach(promise -> promise.handle(result));
        if (!waiting.isEmpty()) {
            flush();
        } else {
            endIfOver();
        }
    }

    private void endIfOver() {
        if (begun && !writing && (closing || open == 0)) {
            SseConnection.end(response);
        }
    }

    private final class Strand implements ViewerConnection {
        private final String runId;

        private Strand(String runId) {
            this.runId = runId;
        }

        @Override
        public Ids ids() {
            return Ids.BEHIND_WRITES;
        }

        @Override
        public Future<Void> write(Buffer bytes, Supplier<Position> position) {
            Promise<Void> written = Promise.promise();
            String text = position.get().toString();
            context.runOnContext(v -> add(runId, bytes, text, written));
            return written.future();
        }

        /** This run is over; the others go on, and the last one closes the stream. */
        @Override
        public Future<Void> end() {
            context.runOnContext(v -> {
                open--;
                endIfOver();
            });
            return Future.succeededFuture();
        }

        /** The viewer comes back for this run, and so for all. */
        @Override
        public Future<Void> close() {
            context.runOnContext(v -> {
                closing = true;
                endIfOver();
            });
            return Future.succeededFuture();
        }
    }
}
