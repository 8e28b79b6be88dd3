package dev.aideator.faults;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.EventStream;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamAnswer;
import dev.aideator.events.StreamEntry;
import dev.aideator.faults.RunRecord.AttemptRecord;
import dev.aideator.faults.RunRecord.VariationRecord;
import dev.aideator.redis.RedisAccess;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The orchestrator's part in streams, as the contract has it: its sweep opens attempts, also those that Redis lost,
 * archives, seals attempts that are complete, and publishes the run's own events; the internal API answers gateways.
 */
final class StandInOrchestrator implements AutoCloseable {

    private static final long SWEEP_MILLIS = 100;
    private static final int PAGE = 500;

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;
    private final HttpServer server;
    private final Map<String, RunRecord> runs = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeps = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("sweep").factory());
    private volatile boolean archives = true;

    StandInOrchestrator(RedisAccess access) {
        redis = access.client(vertx, access.options());
        server = vertx.createHttpServer().requestHandler(this::answer);
        await(server.listen(0, "127.0.0.1"));
        sweeps.scheduleWithFixedDelay(this::sweep, 0, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    RunRecord run(String id, int variations) {
        RunRecord run = new RunRecord(id, variations);
        runs.put(id, run);
        return run;
    }

    /** Whether it moves events to the archive; without that nothing is sealed either. */
    void archives(boolean archives) {
        this.archives = archives;
    }

    /** Lets Redis forget what the archive has of a run. */
    void trim(RunRecord run) {
        for (VariationRecord variation : run.variations()) {
            trim(run, variation.producer(), run.archived(variation).next());
        }
    }

    /** Lets Redis forget all before {@code first}, whether or not the archive has it. */
    void trim(RunRecord run, Producer producer, EntryId first) {
        await(redis.send(Request.cmd(Command.XTRIM)
                .arg(run.keys().events(producer))
                .arg("MINID")
                .arg(first.toString())));
    }

    /** A run's streams expire. */
    void expire(RunRecord run) {
        run.variations().forEach(variation -> delete(run, variation.producer()));
        delete(run, Producer.RUN);
    }

    private void delete(RunRecord run, Producer producer) {
        await(redis.send(Request.cmd(Command.DEL).arg(run.keys().events(producer))));
    }

    private void sweep() {
        for (RunRecord run : runs.values()) {
            try {
                sweep(run);
            } catch (RuntimeException e) {
                // Redis is away: the archive goes on from the logs, and the rest later.
                if (archives) {
                    runs.values().forEach(this::archiveLogs);
                }
                return;
            }
        }
    }

    private void sweep(RunRecord run) {
        if (!run.isEnded()) {
            for (VariationRecord variation : run.variations()) {
                List<AttemptRecord> attempts = run.attempts(variation);
                if (!attempts.isEmpty()) {
                    sweep(run, variation, attempts.getLast());
                }
            }
            if (run.variations().stream().allMatch(variation -> isOver(run, variation))) {
                run.end();
            }
        }
        publish(run);
    }

    private static boolean isOver(RunRecord run, VariationRecord variation) {
        List<AttemptRecord> attempts = run.attempts(variation);
        return !attempts.isEmpty() && attempts.getLast().isSealed();
    }

    private void sweep(RunRecord run, VariationRecord variation, AttemptRecord attempt) {
        EventStream stream = stream(run, variation.producer());
        StreamAnswer opened = await(stream.open(archivedOf(run, variation, attempt)));
        if (attempt.isSealed()) {
            if (!(opened instanceof StreamAnswer.Sealed)) {
                sealAgain(run, variation, attempt, stream);
            }
        } else if (archives) {
            archive(run, variation, stream);
            attempt.agent().finalSeq().ifPresent(last -> {
                if (archivedOf(run, variation, attempt).seq() == last) {
                    seal(run, variation, attempt, true);
                }
            });
        }
    }

    private static EntryId archivedOf(RunRecord run, VariationRecord variation, AttemptRecord attempt) {
        EntryId archived = run.archived(variation);
        return archived.epoch() == attempt.epoch() ? archived : new EntryId(attempt.epoch(), 0);
    }

    private void archive(RunRecord run, VariationRecord variation, EventStream stream) {
        List<StreamEntry> entries;
        do {
            entries = await(stream.read(run.archived(variation), PAGE));
            for (StreamEntry entry : entries) {
                if (entry instanceof StreamEntry.EventEntry event
                        && !run.archive(variation, event.id(), firstSeq(event.json()), event.json())) {
                    archiveLog(run, variation);
                    run.archive(variation, event.id(), firstSeq(event.json()), event.json());
                }
            }
        } while (entries.size() == PAGE);
    }

    private static long firstSeq(String line) {
        return EventJson.decode(line).firstSeq();
    }

    private void archiveLogs(RunRecord run) {
        run.variations().forEach(variation -> archiveLog(run, variation));
    }

    private static void archiveLog(RunRecord run, VariationRecord variation) {
        List<AttemptRecord> attempts = run.attempts(variation);
        if (attempts.isEmpty() || attempts.getLast().isSealed()) {
            return;
        }
        AttemptRecord attempt = attempts.getLast();
        for (String line : attempt.agent()
                .said()
                .linesAfter(archivedOf(run, variation, attempt).seq())) {
            EntryId id = EventJson.header(line).id();
            run.archive(variation, id, id.seq(), line);
        }
    }

    private void sealAgain(RunRecord run, VariationRecord variation, AttemptRecord attempt, EventStream stream) {
        append(run, variation.producer(), run.archivedAfter(variation, await(stream.last())));
        await(stream.seal(attempt.epoch()));
    }

    /** Ends an attempt whose agent may still speak, with all that its log has; the next one of the variation follows. */
    void giveUp(RunRecord run, Producer producer) {
        VariationRecord variation = run.variation(producer);
        archiveLog(run, variation);
        seal(run, variation, run.attempts(variation).getLast(), false);
    }

    private synchronized void seal(RunRecord run, VariationRecord variation, AttemptRecord attempt, boolean last) {
        EventStream stream = stream(run, variation.producer());
        EntryId end = await(stream.open(archivedOf(run, variation, attempt))).last();
        append(run, variation.producer(), run.archivedAfter(variation, end));
        await(stream.seal(attempt.epoch()));
        archive(run, variation, stream);
        run.sealed(
                variation, attempt.epoch(), archivedOf(run, variation, attempt).seq(), last);
    }

    private void publish(RunRecord run) {
        EventStream stream = stream(run, Producer.RUN);
        EntryId last = await(stream.open(1)).last();
        append(run, Producer.RUN, run.runEventsAfter(last.seq()));
    }

    private void append(RunRecord run, Producer producer, List<String> lines) {
        EventStream stream = stream(run, producer);
        lines.forEach(line -> {
            EventJson.Header header = EventJson.header(line);
            await(stream.append(header.id(), firstSeq(line), run.keys().channel(producer, header.type()), line));
        });
    }

    private EventStream stream(RunRecord run, Producer producer) {
        return new EventStream(redis, run.keys(), producer);
    }

    /** The path is /internal/v1/runs/ID, with /events/PRODUCER behind it where the archive is asked. */
    private void answer(HttpServerRequest request) {
        String[] path = request.path().split("/");
        RunRecord run = runs.get(path[4]);
        if (run == null) {
            request.response().setStatusCode(500).end("No test has run " + path[4]);
        } else if (path.length == 5) {
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(run.facts().toBuffer());
        } else {
            request.response()
                    .putHeader("Content-Type", "application/x-ndjson")
                    .end(run.events(
                            Producer.parse(path[6]),
                            EntryId.parse(request.getParam("after")),
                            Integer.parseInt(request.getParam("limit"))));
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        sweeps.shutdownNow();
        redis.close();
        await(vertx.close());
    }
}
