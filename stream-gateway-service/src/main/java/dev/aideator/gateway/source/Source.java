package dev.aideator.gateway.source;

import dev.aideator.events.EntryId;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamEntry;

import io.vertx.core.Future;

import java.util.List;

/**
 * Where one run's events are read from: Redis, the agents' logs, the archive. What comes after the source is the same
 * for all. Used from one event loop; one instance serves one reader, which reads each producer forward.
 */
public interface Source {

    /** What stands behind {@code after}, in order, at most {@code limit} entries; empty when nothing does. */
    Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit);

    /** Calls the listener, on the event loop that this is called from, until the watch is closed. */
    Watch watch(Listener listener);

    /** Lets go of what reading needs; nothing is read afterwards. */
    default void close() {}

    /** Ends a watch. */
    interface Watch {
        void close();
    }

    /** Hears that there may be something to read. */
    interface Listener {

        /** This producer may have more. */
        void news(Producer producer);

        /** Anything may have been missed. */
        void newsEverywhere();

        /** A message came on one of the run's channels. */
        void message(RunKeys.Channel channel, String text);

        /** Events come from elsewhere from now on, with the same positions. */
        void sourceChanged(Payload.SourceChanged change);
    }
}
