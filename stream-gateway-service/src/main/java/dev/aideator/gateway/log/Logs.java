package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
import dev.aideator.events.StreamEntry;

import io.vertx.core.Future;

import java.util.List;

/** Where attempts leave what they print: in files of the local launcher, or in the logs of pods. */
public interface Logs {

    /** {@code news} is called when there may be more to read than before. */
    Log open(LoggedAttempt attempt, Runnable news);

    /** Lets go of what all logs share. */
    default void close() {}

    /** One attempt's log, for one reader who reads it forward. Used from one event loop, one read at a time. */
    interface Log {

        /**
         * At most {@code limit} events behind {@code after} that the log has by now; none also when there is no log, yet or
         * any more. Fails while nobody can tell.
         */
        Future<List<StreamEntry.EventEntry>> read(EntryId after, int limit);

        void close();
    }
}
