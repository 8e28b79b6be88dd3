package dev.aideator.gateway.source;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;

import io.vertx.core.Future;

import java.util.List;

/** What is known of one run beyond its stream: its make-up, and the events that the stream no longer has. */
public interface RunArchive {

    /** Asks anew each time: who calls needs to know how it stands now. */
    Future<RunFacts> facts();

    /** Events behind {@code after}, in order, across epochs. */
    Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit);
}
