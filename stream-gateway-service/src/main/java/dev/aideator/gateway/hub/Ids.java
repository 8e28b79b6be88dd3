package dev.aideator.gateway.hub;

import dev.aideator.events.Position;

import io.vertx.core.buffer.Buffer;

/** Where a viewer's ids stand. */
public enum Ids {

    /** At the end of each frame. */
    IN_FRAMES {
        @Override
        void append(Frame frame, Buffer out) {
            frame.appendTo(out);
        }

        @Override
        void append(Frame frame, Position own, Buffer out) {
            frame.appendTo(out, own.toString());
        }
    },

    /** Not in the frames: the connection tells the position itself, behind each write. */
    BEHIND_WRITES {
        @Override
        void append(Frame frame, Buffer out) {
            frame.appendBareTo(out);
        }

        @Override
        void append(Frame frame, Position own, Buffer out) {
            frame.appendBareTo(out);
        }
    };

    abstract void append(Frame frame, Buffer out);

    /** For a viewer whose position is its own. */
    abstract void append(Frame frame, Position own, Buffer out);
}
