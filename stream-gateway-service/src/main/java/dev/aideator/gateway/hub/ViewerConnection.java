package dev.aideator.gateway.hub;

import dev.aideator.events.Position;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

import java.util.function.Supplier;

/** The way to one viewer. Called from the hub's event loop, whichever the connection itself belongs to. */
public interface ViewerConnection {

    Ids ids();

    /** How many runs' viewers it carries: each has its part of the room. */
    int sharedBy();

    /**
     * {@code receipt} is told, on any thread, when the bytes have left for the viewer: a slow one takes its time. {@code
     * reached} says where a viewer stands who has them; it costs something, and may only be asked during the call.
     */
    void write(Buffer bytes, Supplier<Position> reached, Receipt receipt);

    /** What becomes of a write: one of these, once. */
    interface Receipt {
        void left();

        void gone();
    }

    /** Looks whether the viewer takes what was written; to be called now and then while a write is under way. */
    void cutIfStuck();

    /** Nothing follows. Closes, in order, behind what was written; succeeds when all of it has left. */
    Future<Void> end();

    /** The same for a viewer who should come back for the rest. */
    Future<Void> close();
}
