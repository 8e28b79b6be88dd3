package dev.aideator.gateway.hub;

import dev.aideator.events.Position;

import io.vertx.core.buffer.Buffer;

import java.util.EnumMap;
import java.util.Map;

/**
 * The newest frames of a run, as many as fit its window. Indexes count from the first frame that ever was, so
 * that they stay when old frames fall out.
 */
final class FrameLog {

    private final Windows windows;
    private final FrameRing frames = new FrameRing();
    private long bytes;
    private Position base = Position.START;

    private final Map<Ids, Slice> slices = new EnumMap<>(Ids.class);

    private record Slice(long from, long to, Buffer bytes) {}

    FrameLog(Windows windows) {
        this.windows = windows;
    }

    void append(Frame frame) {
        frames.add(frame);
        resized(frame.length());
        dropUntil(windows.roomFor(bytes));
    }

    /** Gives back what is more than its share when memory is short. */
    void trim() {
        dropUntil(windows.room());
    }

    private void dropUntil(long room) {
        // The last frame always stays: it may be the run_complete that closes everybody's stream.
        while (bytes > room && frames.size() > 1) {
            Frame dropped = frames.removeFirst();
            resized(-dropped.length());
            if (dropped.isPlaced()) {
                base = base.with(dropped.producer(), dropped.id());
            }
        }
    }

    private void resized(long by) {
        bytes += by;
        windows.keep(by);
    }

    /** Nothing of it is kept any longer. */
    void close() {
        resized(-bytes);
    }

    /** Puts a frame in another's place, for those who have not read it yet. */
    void replace(long index, Frame frame) {
        if (index >= first()) {
            resized(frame.length() - get(index).length());
            frames.set(index, frame);
            slices.clear();
        }
    }

    /** The oldest index there is. */
    long first() {
        return frames.first();
    }

    /** The index that the next frame will have. */
    long end() {
        return frames.first() + frames.size();
    }

    long bytes() {
        return bytes;
    }

    Frame get(long index) {
        return frames.get(index);
    }

    /** Where a viewer stands who has all that fell out; who stands behind it can't read on here. */
    Position base() {
        return base;
    }

    /** The bytes of some frames as one buffer; viewers who are equally far share it. */
    Buffer slice(long from, long to, Ids ids) {
        Slice known = slices.get(ids);
        if (known != null && known.from() == from && known.to() == to) {
            return known.bytes();
        }
        int length = 0;
        for (long index = from; index < to; index++) {
            length += get(index).length();
        }
        Buffer joined = Buffer.buffer(length);
        for (long index = from; index < to; index++) {
            ids.append(get(index), joined);
        }
        slices.put(ids, new Slice(from, to, joined));
        return joined;
    }
}
