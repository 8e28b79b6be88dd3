package dev.aideator.gateway.hub;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The way to one viewer. Called from the hub's event loop, whichever the connection itself belongs to. */
public interface ViewerConnection {

    /** Succeeds when the bytes have left for the viewer: a slow one takes its time. Fails when it has gone. */
    Future<Void> write(Buffer bytes);

    /** Closes, in order, behind what was written; succeeds when all of it has left. */
    Future<Void> end();
}
