package dev.aideator.gateway;

import dev.aideator.edge.Problem;
import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.Producer;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The orchestrator's internal API, answered from lists. */
final class FakeOrchestrator implements AutoCloseable {

    /** What it knows of one run; changed by tests at any time. */
    static final class Run {
        private final String id;
        private final Map<Producer, List<String>> archive = new TreeMap<>();
        private final Map<Producer, String> archived = new TreeMap<>();
        private final Map<Producer, Map<Long, Long>> attempts = new TreeMap<>();
        private boolean ended;
        private String lastRunComplete;

        private Run(String id, int variations) {
            this.id = id;
            for (int i = 0; i < variations; i++) {
                attempts.put(Producer.variation(i), new TreeMap<>());
            }
            attempts.put(Producer.RUN, new TreeMap<>(Map.of(1L, -1L)));
        }

        /** The archive has this line, and everything before it. */
        synchronized void archive(Producer producer, String line) {
            archive.computeIfAbsent(producer, it -> new ArrayList<>()).add(line);
            archived.put(producer, EventJson.header(line).id().toString());
        }

        synchronized void archivedUpTo(Producer producer, String id) {
            archived.put(producer, id);
        }

        /** An attempt; {@code lastSeq} -1 while it is not sealed. */
        synchronized void attempt(Producer producer, long epoch, long lastSeq) {
            attempts.get(producer).put(epoch, lastSeq);
        }

        synchronized void end(String lastRunComplete) {
            this.ended = true;
            this.lastRunComplete = lastRunComplete;
            archived.merge(
                    Producer.RUN, lastRunComplete, (a, b) -> EntryId.parse(a).isAfter(EntryId.parse(b)) ? a : b);
        }

        /** A retry. */
        synchronized void goOn() {
            this.ended = false;
            this.lastRunComplete = null;
        }

        private synchronized JsonObject json() {
            JsonArray producers = new JsonArray();
            attempts.forEach((producer, epochs) -> {
                JsonArray list = new JsonArray();
                epochs.forEach((epoch, last) ->
                        list.add(new JsonObject().put("epoch", epoch).put("last_seq", last < 0 ? null : last)));
                producers.add(new JsonObject()
                        .put("producer", producer.name())
                        .put("archived", archived.getOrDefault(producer, "0-0"))
                        .put("attempts", list));
            });
            return new JsonObject()
                    .put("run_id", id)
                    .put("state", ended ? "completed" : "running")
                    .put("ended", ended)
                    .put("producers", producers)
                    .put("last_run_complete", lastRunComplete);
        }

        private synchronized String events(Producer producer, EntryId after, int limit) {
            StringBuilder lines = new StringBuilder();
            archive.getOrDefault(producer, List.of()).stream()
                    .filter(line -> EventJson.header(line).id().isAfter(after))
                    .limit(limit)
                    .forEach(line -> lines.append(line).append('\n'));
            return lines.toString();
        }
    }

    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final HttpServer server;
    private volatile boolean away;
    private volatile String token;

    FakeOrchestrator(Vertx vertx) {
        server = vertx.createHttpServer().requestHandler(this::answer);
        Await.of(server.listen(0, "127.0.0.1"));
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    Run run(String id, int variations) {
        Run run = new Run(id, variations);
        runs.put(id, run);
        return run;
    }

    void away(boolean away) {
        this.away = away;
    }

    void wants(String token) {
        this.token = token;
    }

    int questions() {
        return questions.get();
    }

    private void answer(HttpServerRequest request) {
        if (away) {
            request.response()
                    .setStatusCode(404)
                    .putHeader("Content-Type", "text/html")
                    .end("<h1>proxy</h1>");
            return;
        }
        if (token != null && !("Bearer " + token).equals(request.getHeader("Authorization"))) {
            request.response().setStatusCode(401).end();
            return;
        }
        String[] path = request.path().split("/");
        Run run = runs.get(path[4]);
        if (run == null) {
            new Problem(404, "run-not-found", "No such run", "It is not there.").send(request.response());
        } else if (path.length == 5) {
            questions.incrementAndGet();
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(run.json().toBuffer());
        } else {
            request.response()
                    .putHeader("Content-Type", "application/x-ndjson")
                    .end(run.events(
                            Producer.parse(path[6]),
                            EntryId.parse(request.getParam("after")),
                            Integer.parseInt(request.getParam("limit"))));
        }
    }

    @Override
    public void close() {
        Await.of(server.close());
    }
}
