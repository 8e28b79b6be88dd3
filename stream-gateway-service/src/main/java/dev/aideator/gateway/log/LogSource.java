package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.RunFacts.ProducerFacts;
import dev.aideator.gateway.source.Source;
import dev.aideator.gateway.source.StoredEvent;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run from what its agents print, and the run's own events from the orchestrator, as no agent prints them. Where a
 * log says nothing, the orchestrator is asked: it may have archived what the log lacks, and it knows that an attempt is
 * over.
 */
public final class LogSource implements Source {

    private final Vertx vertx;
    private final Logs logs;
    private final LogConfig config;
    private final RunArchive archive;
    private final Map<Producer, OpenLog> open = new HashMap<>();
    private final Map<Producer, Hole> holes = new HashMap<>();

    /** As the orchestrator told last; older than what is, perhaps, but never wrong about what is over. */
    private RunFacts facts;

    /** The question that is under way; null while none is. */
    private Future<RunFacts> asking;

    /** Null while nobody wants to hear of news. */
    private Listener listener;

    private record OpenLog(long epoch, Logs.Log log) {}

    /** A log that jumps over something, and since when: the archive, which follows it, may yet get there. */
    private record Hole(EntryId after, long sinceNanos) {}

    public LogSource(Vertx vertx, Logs logs, LogConfig config, RunFacts facts, RunArchive archive) {
        this.vertx = vertx;
        this.logs = logs;
        this.config = config;
        this.facts = facts;
        this.archive = archive;
    }

    @Override
    public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
        if (producer.isRun()) {
            return archive.read(producer, after, limit).onSuccess(this::remind);
        }
        long epoch = Math.max(1, after.isSeal() ? after.epoch() + 1 : after.epoch());
        return readAttempt(producer, epoch, after, limit).onSuccess(entries -> {
            // Behind the end of an attempt there may be another one: nobody prints a line that says so.
            if (!entries.isEmpty() && facts.of(producer).lastSeq(epoch).isPresent()) {
                news(producer);
            }
        });
    }

    private Future<List<StreamEntry>> readAttempt(Producer producer, long epoch, EntryId after, int limit) {
        if (!facts.of(producer).hasAttempt(epoch)) {
            return beyondTheLog(producer, epoch, after, limit);
        }
        return log(producer, epoch).read(after, limit).compose(events -> {
            List<StreamEntry> valid = valid(producer, epoch, events);
            return valid.isEmpty()
                    ? beyondTheLog(producer, epoch, after, limit)
                    : upToTheHole(producer, epoch, after, valid);
        });
    }

    /**
     * Where a run event tells of a variation, its attempt may be over, or there may be a new one. That is asked at once:
     * one who was given up and never stops printing gives no other reason to.
     */
    private void remind(List<StreamEntry> runEvents) {
        if (!runEvents.isEmpty()) {
            // A question that is under way may be older than the event.
            Future<RunFacts> answer = asking == null ? ask() : asking.transform(older -> ask());
            answer.onComplete(now ->
                    facts.all().stream().filter(producer -> !producer.isRun()).forEach(this::news));
        }
    }

    private Logs.Log log(Producer producer, long epoch) {
        OpenLog known = open.get(producer);
        if (known != null && known.epoch() == epoch) {
            return known.log();
        }
        if (known != null) {
            known.log().close();
        }
        Logs.Log log = logs.open(new LoggedAttempt(facts.runId(), producer, epoch), () -> news(producer));
        open.put(producer, new OpenLog(epoch, log));
        return log;
    }

    /** An attempt that was given up may go on printing: what it says behind its end does not count. */
    private List<StreamEntry> valid(Producer producer, long epoch, List<StreamEntry.EventEntry> events) {
        long lastSeq = facts.of(producer).lastSeq(epoch).orElse(Long.MAX_VALUE);
        return events.stream()
                .filter(event -> event.id().seq() <= lastSeq)
                .map(StreamEntry.class::cast)
                .toList();
    }

    /** A log that was rotated lacks what the archive may have a moment later: that is waited for, some time. */
    private Future<List<StreamEntry>> upToTheHole(
            Producer producer, long epoch, EntryId after, List<StreamEntry> events) {
        long next = after.epoch() == epoch ? after.seq() + 1 : 1;
        List<StreamEntry> following = new ArrayList<>(events.size());
        for (StreamEntry entry : events) {
            if (firstSeq(producer, entry, next) > next) {
                break;
            }
            following.add(entry);
            next = entry.id().seq() + 1;
        }
        if (!following.isEmpty()) {
            holes.remove(producer);
            return Future.succeededFuture(following);
        }
        Hole hole = holes.get(producer);
        if (hole == null || !hole.after().equals(after)) {
            hole = new Hole(after, System.nanoTime());
            holes.put(producer, hole);
        }
        return System.nanoTime() - hole.sinceNanos() < config.holePatience().toNanos()
                ? Future.failedFuture("The log lacks what follows " + after + " of producer " + producer)
                : Future.succeededFuture(events);
    }

    private static long firstSeq(Producer producer, StreamEntry entry, long next) {
        if (entry.id().seq() == next || !(entry instanceof StreamEntry.EventEntry event)) {
            return entry.id().seq();
        }
        try {
            return StoredEvent.of(producer, event.id(), event.json()).firstSeq();
        } catch (IllegalArgumentException e) {
            return entry.id().seq();
        }
    }

    /** What the orchestrator knows of the attempt behind there: archived events, its end, or that it has begun. */
    private Future<List<StreamEntry>> beyondTheLog(Producer producer, long epoch, EntryId after, int limit) {
        boolean wasKnown = facts.of(producer).hasAttempt(epoch);
        return ask().compose(now -> {
                    ProducerFacts known = now.of(producer);
                    return known.archived().isAfter(after)
                            ? archive.read(producer, after, limit).map(archived -> ofEpoch(epoch, archived))
                            : Future.succeededFuture(List.<StreamEntry>of());
                })
                .map(archived -> {
                    if (!archived.isEmpty() || (!wasKnown && facts.of(producer).hasAttempt(epoch))) {
                        news(producer);
                    }
                    return archived.isEmpty() ? seal(producer, epoch).stream().toList() : archived;
                })
                // The log is a source of its own: without the orchestrator there is only nothing beyond it.
                .otherwise(List.of());
    }

    private static List<StreamEntry> ofEpoch(long epoch, List<StreamEntry> archived) {
        return archived.stream().filter(entry -> entry.id().epoch() == epoch).toList();
    }

    private Optional<StreamEntry> seal(Producer producer, long epoch) {
        return facts.of(producer)
                .lastSeq(epoch)
                .map(lastSeq -> new StreamEntry.Seal(new EntryId(epoch, EntryId.SEAL_SEQ), lastSeq));
    }

    /** All producers that have something to ask at one moment share the question. */
    private Future<RunFacts> ask() {
        if (asking != null) {
            return asking;
        }
        Future<RunFacts> question = archive.facts();
        asking = question;
        question.onComplete(answer -> {
            asking = null;
            facts = answer.succeeded() ? answer.result() : facts;
        });
        return question;
    }

    private void news(Producer producer) {
        if (listener != null) {
            listener.news(producer);
        }
    }

    @Override
    public Watch watch(Listener listener) {
        this.listener = listener;
        long run = vertx.setPeriodic(Math.max(1, config.runPoll().toMillis()), timer -> listener.news(Producer.RUN));
        return () -> {
            this.listener = null;
            vertx.cancelTimer(run);
        };
    }

    @Override
    public void close() {
        open.values().forEach(log -> log.log().close());
        open.clear();
    }
}
