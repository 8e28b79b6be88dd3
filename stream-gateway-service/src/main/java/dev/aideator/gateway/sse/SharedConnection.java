package dev.aideator.gateway.sse;

import dev.aideator.events.Position;
import dev.aideator.gateway.hub.Ids;
import dev.aideator.gateway.hub.ViewerConnection;
import dev.aideator.gateway.hub.ViewerConnection.Receipt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

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
 * <p>The runs' hubs may live on other event loops; all state here belongs to the connection's, and only the strands'
 * methods are called from elsewhere.
 */
final class SharedConnection {

    private final Wire wire;
    private final Progress progress;
    private final int runs;

    /** Every run's position as of the last byte in {@code pending}, as text. */
    private final Map<String, String> reached = new LinkedHashMap<>();

    private Buffer pending;
    private List<Receipt> waiting = new ArrayList<>();
    private int open;
    private boolean begun;
    private boolean writing;
    private boolean closing;
    private boolean ending;
    private boolean over;

    /** Told when their strands need not be looked at any more. */
    private List<Promise<Void>> leaving = new ArrayList<>();

    /** {@code from}: where the viewer stands with each run; {@code preamble} comes before everything. */
    SharedConnection(Wire wire, Progress progress, RunPositions from, Buffer preamble) {
        this.wire = wire;
        this.progress = progress;
        this.runs = from.runs().size();
        this.pending = preamble;
        from.runs().forEach((run, position) -> reached.put(run, position.toString()));
    }

    /** One run's way to the viewer. What it writes is held until the stream begins. */
    ViewerConnection strand(String runId) {
        return new Strand(runId);
    }

    /** The head and all that was held go out; until then the response can still become something else. */
    void begin(int strands) {
        wire.loop().execute(() -> {
            open += strands;
            begun = true;
            flush();
            endIfOver();
        });
    }

    private void add(String runId, Buffer frames, String position, Receipt receipt) {
        if (closing) {
            receipt.gone();
            return;
        }
        pending.appendBuffer(frames);
        reached.put(runId, position);
        waiting.add(receipt);
        if (begun && !writing) {
            flush();
        }
    }

    private void flush() {
        Buffer bytes = pending.appendString("id: " + String.join(";", parts()) + "\n\n");
        List<Receipt> written = waiting;
        pending = Buffer.buffer();
        waiting = new ArrayList<>();
        writing = true;
        progress.beginsAnew();
        wire.write(bytes, new Receipt() {
            @Override
            public void left() {
                written.forEach(Receipt::left);
                hasWritten();
            }

            @Override
            public void gone() {
                written.forEach(Receipt::gone);
                hasWritten();
            }
        });
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>(reached.size());
        reached.forEach((run, position) -> parts.add(run + "=" + position));
        return parts;
    }

    private void hasWritten() {
        writing = false;
        if (!waiting.isEmpty()) {
            flush();
        } else {
            endIfOver();
        }
    }

    /** The last ones to leave are only gone when the stream is: until then somebody has to look whether it is read. */
    private void endIfOver() {
        if (!begun) {
            return;
        }
        if (open > 0 && !closing) {
            leave();
        } else if (!writing && !ending) {
            ending = true;
            progress.beginsAnew();
            wire.end()
                    .onComplete(end -> wire.loop().execute(() -> {
                        over = true;
                        leave();
                    }));
        } else if (over) {
            leave();
        }
    }

    private void leave() {
        List<Promise<Void>> gone = leaving;
        leaving = new ArrayList<>();
        gone.forEach(Promise::tryComplete);
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
        public int sharedBy() {
            return runs;
        }

        @Override
        public void write(Buffer bytes, Supplier<Position> position, Receipt receipt) {
            String text = position.get().toString();
            wire.loop().execute(() -> add(runId, bytes, text, receipt));
        }

        /** This run is over; the others go on, and the last one closes the stream. */
        @Override
        public Future<Void> end() {
            return leaveBy(() -> open--);
        }

        /** The viewer comes back for this run, and so for all. */
        @Override
        public Future<Void> close() {
            return leaveBy(() -> closing = true);
        }

        private Future<Void> leaveBy(Runnable step) {
            Promise<Void> gone = Promise.promise();
            wire.loop().execute(() -> {
                step.run();
                leaving.add(gone);
                endIfOver();
            });
            return gone.future();
        }

        @Override
        public void cutIfStuck() {
            wire.loop().execute(() -> progress.lookAt(wire));
        }
    }
}
