package dev.aideator.gateway.orchestrator;

import dev.aideator.edge.Problem;
import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.json.JsonObject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks the orchestrator's internal API. Answers fail with {@link UnknownRun} only when the orchestrator itself said so,
 * and with {@link OrchestratorAway} for everything else that is no answer.
 */
public final class Orchestrator {

    private static final int PAGE_LIMIT = 1000;

    private final Vertx vertx;
    private final HttpClient http;
    private final OrchestratorConfig config;

    public Orchestrator(Vertx vertx, OrchestratorConfig config) {
        this.vertx = vertx;
        this.config = config;
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(config.connections())
                .setMaxWaitQueueSize(10_000)
                .setConnectTimeout((int) config.patience().toMillis())
                .setKeepAliveTimeout(10));
    }

    public void close() {
        http.close();
    }

    /** One run as the orchestrator knows it. */
    public RunArchive run(String runId) {
        return new RunArchive() {
            @Override
            public Future<RunFacts> facts() {
                return get("/internal/v1/runs/" + runId, runId).map(Orchestrator::facts);
            }

            @Override
            public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
                String path = "/internal/v1/runs/" + runId + "/events/" + producer + "?after=" + after + "&limit="
                        + Math.min(limit, PAGE_LIMIT);
                return get(path, runId).map(Orchestrator::entries);
            }
        };
    }

    private Future<Buffer> get(String path, String runId) {
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(config.url().toString().replaceAll("/+$", "") + path)
                .setIdleTimeout(config.patience().toMillis());
        config.token().ifPresent(token -> request.putHeader("Authorization", "Bearer " + token));
        // Of the caller's event loop: one of nobody's would let a timeout call back from a thread of its own.
        return ((VertxInternal) vertx)
                .getOrCreateContext()
                .succeededFuture(request)
                .compose(http::request)
                .compose(HttpClientRequest::send)
                .compose(response -> response.body().map(body -> {
                    if (response.statusCode() == 200) {
                        return body;
                    }
                    String type = response.getHeader("Content-Type");
                    // A 404 of anything else that may listen there must not end anybody's stream.
                    if (response.statusCode() == 404 && type != null && type.startsWith(Problem.MEDIA_TYPE)) {
                        throw new UnknownRun(runId);
                    }
                    throw new OrchestratorAway("The orchestrator answered " + response.statusCode());
                }))
                .timeout(config.patience().toMillis(), TimeUnit.MILLISECONDS)
                .recover(cause -> Future.failedFuture(
                        cause instanceof UnknownRun || cause instanceof OrchestratorAway
                                ? cause
                                : new OrchestratorAway("The orchestrator does not answer: " + cause.getMessage())));
    }

    private static List<StreamEntry> entries(Buffer lines) {
        List<StreamEntry> entries = new ArrayList<>();
        for (String line : lines.toString(StandardCharsets.UTF_8).split("\n")) {
            if (!line.isBlank()) {
                entries.add(new StreamEntry.EventEntry(id(line), line));
            }
        }
        return entries;
    }

    private static EntryId id(String line) {
        try {
            EntryId id = EventJson.header(line).id();
            if (id != null) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            throw new OrchestratorAway("The archive's answer is not readable: " + e.getMessage());
        }
        throw new OrchestratorAway("The archive's answer has an event without epoch and seq");
    }

    private static RunFacts facts(Buffer body) {
        try {
            return RunFactsReader.read(new JsonObject(body));
        } catch (RuntimeException e) {
            throw new OrchestratorAway("The orchestrator's answer is not readable: " + e.getMessage());
        }
    }
}
