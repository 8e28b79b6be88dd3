package dev.aideator.gateway.log;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.Source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One run from what its agents print: the files of their attempts, and the run's own events from the orchestrator, as
 * they stand in no file. That an attempt is over is known from the orchestrator too.
 */
public final class LogSource implements Source {

    /** Every so many looks at the files a new attempt is mentioned again, until the older one counts as over. */
    private static final int LOOKS_BETWEEN_REMINDERS = 5;

    private final Vertx vertx;
    private final Path attempts;
    private final LogConfig config;
    private final String runId;
    private final Set<Producer> producers;
    private final RunArchive archive;
    private final Map<Producer, LogTail> tails = new HashMap<>();

    public LogSource(
            Vertx vertx, Path attempts, LogConfig config, String runId, Set<Producer> producers, RunArchive archive) {
        this.vertx = vertx;
        this.attempts = attempts;
        this.config = config;
        this.runId = runId;
        this.producers = producers;
        this.archive = archive;
    }

    @Override
    public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
        if (producer.isRun()) {
            return archive.read(producer, after, limit);
        }
        LogTail tail = tail(producer, after);
        return vertx.executeBlocking(() -> tail.read(after, limit), false)
                .compose(entries -> entries.isEmpty() && nextAttemptExists(producer, tail.epoch())
                        ? seal(producer, tail.epoch())
                        : Future.succeededFuture(entries));
    }

    private LogTail tail(Producer producer, EntryId after) {
        long epoch = Math.max(1, after.isSeal() ? after.epoch() + 1 : after.epoch());
        LogTail tail = tails.get(producer);
        if (tail == null || tail.epoch() != epoch) {
            tail = new LogTail(attempts, runId, producer.index(), epoch);
            tails.put(producer, tail);
        }
        return tail;
    }

    private boolean nextAttemptExists(Producer producer, long epoch) {
        return Files.exists(
                AttemptFolder.of(attempts, runId, producer.index(), epoch + 1).path());
    }

    private Future<List<StreamEntry>> seal(Producer producer, long epoch) {
        return archive.facts()
                .map(facts -> facts.of(producer)
                        .lastSeq(epoch)
                        .map(lastSeq -> List.<StreamEntry>of(
                                new StreamEntry.Seal(new EntryId(epoch, EntryId.SEAL_SEQ), lastSeq)))
                        .orElse(List.of()));
    }

    @Override
    public Watch watch(Listener listener) {
        Looks looks = new Looks(listener);
        long files = vertx.setPeriodic(config.poll().toMillis(), timer -> looks.look());
        long run = vertx.setPeriodic(atLeastAMilli(config.runPoll()), timer -> listener.news(Producer.RUN));
        return () -> {
            vertx.cancelTimer(files);
            vertx.cancelTimer(run);
        };
    }

    private static long atLeastAMilli(Duration duration) {
        return Math.max(1, duration.toMillis());
    }

    /** Looks at the files' sizes, one look at a time. */
    private final class Looks {
        private final Listener listener;
        private final Map<Path, Long> sizes = new HashMap<>();
        private boolean looking;
        private int count;

        private Looks(Listener listener) {
            this.listener = listener;
        }

        private void look() {
            if (looking) {
                return;
            }
            looking = true;
            boolean remind = count++ % LOOKS_BETWEEN_REMINDERS == 0;
            Map<Producer, Long> epochs = new HashMap<>();
            producers.stream().filter(producer -> !producer.isRun()).forEach(producer -> {
                LogTail tail = tails.get(producer);
                epochs.put(producer, tail == null ? 1 : tail.epoch());
            });
            vertx.executeBlocking(() -> changed(epochs, remind), false).onComplete(changed -> {
                looking = false;
                if (changed.succeeded()) {
                    changed.result().forEach(listener::news);
                }
            });
        }

        private List<Producer> changed(Map<Producer, Long> epochs, boolean remind) throws IOException {
            List<Producer> changed = new ArrayList<>();
            for (Map.Entry<Producer, Long> entry : epochs.entrySet()) {
                Producer producer = entry.getKey();
                Path file = AttemptFolder.of(attempts, runId, producer.index(), entry.getValue())
                        .stdout();
                long size = Files.exists(file) ? Files.size(file) : 0;
                Long before = sizes.put(file, size);
                boolean grown = before == null ? size > 0 : size != before;
                if (grown || (remind && nextAttemptExists(producer, entry.getValue()))) {
                    changed.add(producer);
                }
            }
            return changed;
        }
    }
}
