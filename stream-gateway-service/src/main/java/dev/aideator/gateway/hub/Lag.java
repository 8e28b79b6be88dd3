package dev.aideator.gateway.hub;

import java.util.Collection;

/**
 * How far viewers are behind.
 *
 * @param viewers who have frames of the window to get yet
 * @param frames how many of them, for the one who is furthest behind
 * @param forward viewers who are behind the window, and read by themselves
 */
record Lag(int viewers, long frames, int forward) {

    static final Lag NONE = new Lag(0, 0, 0);

    static Lag of(Collection<Viewer> all) {
        Lag lag = NONE;
        for (Viewer viewer : all) {
            lag = lag.and(
                    viewer.readsForward()
                            ? new Lag(0, 0, 1)
                            : new Lag(viewer.framesBehind() > 0 ? 1 : 0, viewer.framesBehind(), 0));
        }
        return lag;
    }

    Lag and(Lag other) {
        return new Lag(viewers + other.viewers, Math.max(frames, other.frames), forward + other.forward);
    }
}
