package dev.aideator.local.streams;

import dev.aideator.events.Event;

import java.io.IOException;

/** How events come into a server, in order. */
interface Feed extends AutoCloseable {

    /** Before a run's first event. */
    void open(String runId) throws IOException, InterruptedException;

    /** Sends it with the next {@link #flush} or before. Waits while too many are under way. */
    void publish(Event event) throws IOException, InterruptedException;

    /** Sends what was published, in one go. */
    void flush() throws IOException;

    /** Returns once all that was published has arrived. */
    void settle() throws IOException, InterruptedException;

    @Override
    void close();
}
