package dev.aideator.gateway.sse;

import dev.aideator.events.Position;
import dev.aideator.gateway.hub.Ids;
import dev.aideator.gateway.hub.ViewerConnection;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

import java.util.function.Supplier;

/** One run's viewer on a stream of its own. */
final class SseConnection implements ViewerConnection {

    private final Wire wire;
    private final Progress progress;

    SseConnection(Wire wire, Progress progress) {
        this.wire = wire;
        this.progress = progress;
    }

    @Override
    public Ids ids() {
        return Ids.IN_FRAMES;
    }

    @Override
    public int sharedBy() {
        return 1;
    }

    @Override
    public void write(Buffer bytes, Supplier<Position> reached, Receipt receipt) {
        wire.loop().execute(() -> {
            progress.beginsAnew();
            wire.write(bytes, receipt);
        });
    }

    @Override
    public Future<Void> end() {
        Promise<Void> ended = Promise.promise();
        wire.loop().execute(() -> {
            progress.beginsAnew();
            wire.end().onComplete(ended);
        });
        return ended.future();
    }

    @Override
    public Future<Void> close() {
        return end();
    }

    @Override
    public void cutIfStuck() {
        wire.loop().execute(() -> progress.lookAt(wire));
    }
}
