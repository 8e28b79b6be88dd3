package dev.aideator.local.streams;

import io.vertx.core.Vertx;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * One of the servers that are compared. {@code path} has %012x for a run's number; {@code openMark} is in what a viewer
 * gets first once it will miss nothing; {@code speed} is by how much more than nchan it is given where servers go as fast
 * as they can, so that all take about as long.
 */
record Contender(
        String name,
        List<String> command,
        Map<String, String> environment,
        URI ready,
        String path,
        String openMark,
        boolean keepsEvents,
        double speed,
        Feeding feeding) {

    static final String RUN = "00000000-0000-4000-8000-%012x";

    /** Opens a way in. */
    interface Feeding {
        Feed open(Vertx vertx) throws IOException;
    }

    Feed feed(Vertx vertx) throws IOException {
        return feeding.open(vertx);
    }
}
