package dev.aideator.gateway.sse;

import dev.aideator.gateway.hub.Viewer;

import io.vertx.core.Vertx;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * One timer for all viewers' heartbeats: a wheel whose hand moves on by one slot at a time, so that they are spread over
 * the interval as the viewers came. Thread-safe.
 */
final class Heartbeats {

    private static final int SLOTS = 30;

    private final Vertx vertx;
    private final List<Set<Viewer>> slots = Stream.<Set<Viewer>>generate(ConcurrentHashMap::newKeySet)
            .limit(SLOTS)
            .toList();
    private final long timer;
    private volatile int hand;

    Heartbeats(Vertx vertx, Duration interval) {
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(Math.max(1, interval.toMillis() / SLOTS), tick -> moveOn());
    }

    /** From now on, until the viewer's stream is closed. */
    void add(Viewer viewer) {
        slots.get(hand).add(viewer);
    }

    void close() {
        vertx.cancelTimer(timer);
    }

    private void moveOn() {
        int next = (hand + 1) % SLOTS;
        hand = next;
        Set<Viewer> due = slots.get(next);
        due.removeIf(Viewer::isOver);
        due.forEach(Viewer::heartbeat);
    }
}
