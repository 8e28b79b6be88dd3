package dev.aideator.gateway.log;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.EntryId;
import dev.aideator.events.StreamEntry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The files that the local launcher's agents write to, on this machine. */
public final class FileLogs implements Logs {

    private final Vertx vertx;
    private final Path attempts;
    private final Duration poll;

    public FileLogs(Vertx vertx, Path attempts, Duration poll) {
        this.vertx = vertx;
        this.attempts = attempts;
        this.poll = poll;
    }

    @Override
    public Log open(LoggedAttempt attempt, Runnable news) {
        AttemptFolder folder =
                AttemptFolder.of(attempts, attempt.runId(), attempt.variation().index(), attempt.epoch());
        return new FileLog(attempt, folder.stdout(), news);
    }

    private final class FileLog implements Log {
        private final LogTail tail;
        private final Path file;
        private final Runnable news;
        private final long looks;
        private boolean looking;
        private long size;

        private FileLog(LoggedAttempt attempt, Path file, Runnable news) {
            this.tail = new LogTail(attempt, file);
            this.file = file;
            this.news = news;
            this.looks = vertx.setPeriodic(poll.toMillis(), timer -> look());
        }

        @Override
        public Future<List<StreamEntry.EventEntry>> read(EntryId after, int limit) {
            return vertx.executeBlocking(() -> tail.read(after, limit), false);
        }

        /** Looks at the file's size, one look at a time. */
        private void look() {
            if (looking) {
                return;
            }
            looking = true;
            vertx.executeBlocking(() -> Files.exists(file) ? Files.size(file) : 0, false)
                    .onComplete(looked -> {
                        looking = false;
                        if (looked.succeeded() && looked.result() != size) {
                            size = looked.result();
                            news.run();
                        }
                    });
        }

        @Override
        public void close() {
            vertx.cancelTimer(looks);
        }
    }
}
