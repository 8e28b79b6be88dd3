package dev.aideator.gateway.hub;

import dev.aideator.events.EntryId;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;

/**
 * One who watches a run: a cursor into the hub's log. At most one write is under way; what comes meanwhile goes with
 * the next one, so that a slow viewer costs nothing but its cursor. Confined to the hub's event loop; only the
 * methods that say so, and those of the receipt, may be called from elsewhere.
 */
public final class Viewer implements ViewerConnection.Receipt {

    private static final AtomicReferenceFieldUpdater<Viewer, Pen> PEN =
            AtomicReferenceFieldUpdater.newUpdater(Viewer.class, Pen.class, "pen");

    /** Whether a write is under way, and whether it is to be followed by a look at what else there is. */
    private enum Pen {
        FREE,
        WRITING,
        WANTED
    }

    private final Hub hub;
    private final FrameLog log;
    private final ViewerConnection connection;
    private final int room;

    /** Frames without a place reach those who were there when they came. */
    private final long attachedAt;

    private long cursor;

    /** Where this viewer stands while that is not where the log's frames say; null once it is. */
    private Position own;

    /** Where it stood when it came to read from the log, and what it last got from there. */
    private Position resumedAt;

    private Frame last;

    /** Reads for this viewer alone while it is behind the log; null otherwise. */
    private CatchUp catchUp;

    private volatile Pen pen = Pen.FREE;
    private boolean caughtUp;
    private volatile boolean ended;

    Viewer(Hub hub, FrameLog log, ViewerConnection connection, int room) {
        this.hub = hub;
        this.log = log;
        this.connection = connection;
        this.room = room;
        this.attachedAt = log.end();
    }

    /** Begins: {@code preamble} comes before everything. */
    void start(Position from, Buffer preamble) {
        resumeAt(from);
        write(preamble);
    }

    boolean readsForward() {
        return catchUp != null;
    }

    /** Of those in the log. */
    long framesBehind() {
        return log.end() - cursor;
    }

    boolean wantsMore() {
        return !ended && catchUp == null && cursor == log.end();
    }

    /** Starts behind the last frame of which, and of all before it, this viewer has everything. */
    private void resumeAt(Position from) {
        if (!from.reaches(log.base())) {
            readForward(from);
            return;
        }
        SortedMap<Producer, EntryId> passed = new TreeMap<>(log.base().parts());
        cursor = log.first();
        while (cursor < log.end()) {
            Frame frame = log.get(cursor);
            if (frame.isPlaced()) {
                if (!from.has(frame.producer(), frame.id())) {
                    break;
                }
                passed.put(frame.producer(), frame.id());
            }
            cursor++;
        }
        resumedAt = from;
        last = null;
        own = new Position(passed).reaches(from) ? null : from;
    }

    private void readForward(Position from) {
        catchUp = hub.catchUp(from, room, connection.ids(), () -> hub.soon(this::flush));
        catchUp.readOn();
    }

    /** Writes what is new, unless a write is under way: then that is followed by the next. */
    void flush() {
        if (ended || !takePen()) {
            return;
        }
        if (catchUp != null) {
            flushForward();
            return;
        }
        if (cursor < log.first()) {
            readForward(position());
            return;
        }
        Buffer news = own == null ? shared() : alone();
        if (news != null) {
            write(news);
        } else if (hub.isComplete()) {
            end();
        } else if (!caughtUp && hub.isLoaded()) {
            caughtUp = true;
            write(hub.caughtUp());
        }
    }

    private void flushForward() {
        if (catchUp.hasPending()) {
            write(catchUp.takePending());
        } else if (catchUp.position().reaches(log.base())) {
            Position reached = catchUp.position();
            catchUp.close();
            catchUp = null;
            resumeAt(reached);
            flush();
        } else {
            catchUp.readOn();
        }
    }

    private Position position() {
        if (catchUp != null) {
            return catchUp.position();
        }
        return own != null ? own : last != null ? last.position() : resumedAt;
    }

    /** The same bytes as everybody else's; null when there are none. */
    private Buffer shared() {
        while (cursor < log.end() && isBeforeItsTime(cursor)) {
            cursor++;
        }
        long from = cursor;
        int length = 0;
        while (cursor < log.end() && !isBeforeItsTime(cursor)) {
            Frame frame = log.get(cursor);
            if (length > 0 && length + frame.length() > room) {
                break;
            }
            length += frame.length();
            last = frame.isPlaced() ? frame : last;
            cursor++;
        }
        return cursor == from ? null : log.slice(from, cursor, connection.ids());
    }

    /** The frames that this viewer lacks, with its own ids, until the log's ids are its own; null when there are none. */
    private Buffer alone() {
        Buffer out = Buffer.buffer();
        while (cursor < log.end() && out.length() < room && own != null) {
            Frame frame = log.get(cursor);
            if (!frame.isPlaced()) {
                if (!isBeforeItsTime(cursor)) {
                    connection.ids().append(frame, out);
                }
            } else {
                if (!own.has(frame.producer(), frame.id())) {
                    own = own.with(frame.producer(), frame.id());
                    connection.ids().append(frame, own, out);
                }
                if (frame.position().reaches(own)) {
                    resumedAt = own;
                    last = frame;
                    own = null;
                }
            }
            cursor++;
        }
        if (out.length() == 0) {
            return own == null ? shared() : null;
        }
        return out;
    }

    private boolean isBeforeItsTime(long index) {
        return index < attachedAt && !log.get(index).isPlaced();
    }

    private void write(Buffer bytes) {
        pen = hasMore() ? Pen.WANTED : Pen.WRITING;
        hub.wrote(bytes.length());
        connection.write(bytes, this::position, this);
    }

    /** Whether no write is under way; else whoever finishes that one is told to call {@link #flush}. */
    private boolean takePen() {
        return pen == Pen.FREE || !PEN.compareAndSet(this, Pen.WRITING, Pen.WANTED) && pen == Pen.FREE;
    }

    private boolean hasMore() {
        return catchUp != null || cursor < log.end() || !caughtUp || !hub.isLoaded() || hub.isComplete();
    }

    @Override
    public void left() {
        // The hub's event loop is only troubled when it has something to do: mostly nothing came meanwhile.
        if (!PEN.compareAndSet(this, Pen.WRITING, Pen.FREE)) {
            hub.soon(() -> {
                pen = Pen.FREE;
                flush();
                hub.hasRoom();
            });
        }
    }

    /** One who does not read is not waited for, neither with frames nor at the end. */
    void look() {
        if (pen != Pen.FREE || ended) {
            connection.cutIfStuck();
        }
    }

    /** Whether its stream is closed; from any thread. */
    public boolean isOver() {
        return ended;
    }

    /** Says that the gateway is there, unless something is on its way anyway; from any thread. */
    public void heartbeat() {
        hub.soon(() -> {
            // What was read and not written yet goes first: a position says that it has gone.
            flush();
            if (pen == Pen.FREE && !ended) {
                write(hub.heartbeat());
            }
        });
    }

    /** Closes the viewer's stream, which it will open again if it wants more; from any thread. */
    public void close() {
        hub.soon(() -> over(connection::close));
    }

    /** The viewer has gone; from any thread. */
    @Override
    public void gone() {
        hub.soon(this::leave);
    }

    private void end() {
        over(connection::end);
    }

    private void over(Supplier<Future<Void>> ending) {
        if (!ended) {
            ended = true;
            ending.get().onComplete(end -> hub.soon(this::leave));
        }
    }

    private void leave() {
        ended = true;
        if (catchUp != null) {
            catchUp.close();
        }
        hub.left(this);
    }
}
