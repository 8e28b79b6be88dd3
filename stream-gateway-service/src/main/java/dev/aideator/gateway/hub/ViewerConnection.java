package dev.aideator.gateway.hub;

import dev.aideator.events.Position;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

import java.util.function.Supplier;

/** The way to one viewer. Called from the hub's event loop, whichever the connection itself belongs to. */
public interface ViewerConnection {

    Ids ids();

    /**
     * Succeeds when the bytes have left for the viewer: a slow one takes its time. Fails when it has gone. {@code reached}
     * says where a viewer stands who has these bytes; it costs something, and may only be asked during the call.
     */
    Future<Void> write(Buffer bytes, Supplier<Position> reached);

    /** Nothing follows. Closes, in order, behind what was written; succeeds when all of it has left. */
    Future<Void> end();

    /** The same for a viewer who should come back for the rest. */
    Future<Void> close();
}
