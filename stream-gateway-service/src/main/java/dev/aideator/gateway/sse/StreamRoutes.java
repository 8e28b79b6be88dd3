package dev.aideator.gateway.sse;

import dev.aideator.edge.Problem;
import dev.aideator.gateway.edge.Clients;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.edge.LimitsConfig;
import dev.aideator.gateway.edge.StreamLimits;
import dev.aideator.gateway.hub.Attachment;
import dev.aideator.gateway.hub.HubKey;
import dev.aideator.gateway.hub.Hubs;
import dev.aideator.gateway.hub.Viewer;
import dev.aideator.gateway.orchestrator.OrchestratorAway;
import dev.aideator.gateway.orchestrator.UnknownRun;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** The streams' addresses: takes a viewer's request and hands the viewer to the run's hub. */
public final class StreamRoutes {

    private static final Logger LOG = Logger.getLogger(StreamRoutes.class);
    private static final String RETRY_AFTER_SECONDS = "2";

    private final Hubs hubs;
    private final EdgeConfig edge;
    private final StreamLimits limits;
    private final Clients clients;
    private final String retryWhenFull;
    private final SseConfig config;
    private final Heartbeats heartbeats;
    private final Progress.Bound bound;
    private volatile boolean draining;

    public StreamRoutes(
            Vertx vertx, Hubs hubs, EdgeConfig edge, LimitsConfig limits, SseConfig config, MeterRegistry meters) {
        this.hubs = hubs;
        this.edge = edge;
        this.limits = new StreamLimits(limits, meters);
        this.clients = new Clients(limits.trustedProxies().orElse(List.of()));
        this.retryWhenFull = Long.toString(Math.max(1, limits.retryAfter().toSeconds()));
        this.config = config;
        this.heartbeats = new Heartbeats(vertx, config.heartbeat());
        this.bound = new Progress.Bound(
                config.patience(),
                Counter.builder("gateway.viewers.cut")
                        .description("Viewers who had stopped reading, and were cut off")
                        .register(meters));
    }

    public void install(Router router) {
        router.route("/api/v1/runs/:run/stream/redis")
                .handler(context -> stream(context, () -> StreamRequest.one(context, HubKey.Backend.REDIS, edge)));
        router.route("/api/v1/runs/:run/stream")
                .handler(context -> stream(context, () -> StreamRequest.one(context, HubKey.Backend.LOGS, edge)));
        router.route("/api/v1/stream").handler(context -> stream(context, () -> StreamRequest.together(context, edge)));
        router.route("/api/*")
                .handler(context -> new Problem(
                                404,
                                "no-such-address",
                                "There is nothing at this address",
                                "The stream gateway has /api/v1/runs/{id}/stream/redis, /api/v1/runs/{id}/stream and"
                                        + " /api/v1/stream?run={id}&run={id}.")
                        .send(context.response()));
    }

    /**
     * Takes no more viewers and closes the streams of those who are there, who come back to another gateway; succeeds
     * when they have left.
     */
    public Future<Void> drain() {
        draining = true;
        heartbeats.close();
        return hubs.drain(config.drain());
    }

    public boolean isDraining() {
        return draining;
    }

    /** Not the same for all: those who are cut at once must not come back at once. */
    private Buffer preamble() {
        long retry = config.retry().toMillis();
        return Buffer.buffer("retry: " + ThreadLocalRandom.current().nextLong(retry, 2 * retry + 1) + "\n\n");
    }

    private void stream(RoutingContext context, Supplier<StreamRequest> request) {
        HttpServerResponse response = context.response();
        HttpMethod method = context.request().method();
        allowDashboard(context);
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            response.putHeader("Allow", "GET, HEAD");
            new Problem(405, "method-not-allowed", "A stream can only be read", "Use GET.").send(response);
            return;
        }
        if (draining) {
            if (context.request().version() != HttpVersion.HTTP_2) {
                // HTTP/2 has no such header, and a client takes one for a broken answer.
                response.putHeader("Connection", "close");
            }
            away("gateway-stopping", "The stream gateway is stopping", response);
            return;
        }
        switch (request.get()) {
            case StreamRequest.Refused refused -> refused.problem().send(response);
            case StreamRequest.Asked asked when method.equals(HttpMethod.HEAD) -> describe(asked, response);
            case StreamRequest.Asked asked -> admit(asked, context);
        }
    }

    private void admit(StreamRequest.Asked asked, RoutingContext context) {
        switch (limits.admit(asked.runIds(), clients.nameOf(context.request()))) {
            case StreamLimits.Refused refused -> {
                context.response().putHeader("Retry-After", retryWhenFull);
                refused.problem().send(context.response());
            }
            case StreamLimits.Seat seat -> {
                Wire wire = Wire.of(context);
                wire.whenOver(seat::giveUp);
                // A request that nobody reads is paused, and a paused connection does not tell when it is closed.
                context.request().resume();
                switch (asked) {
                    case StreamRequest.Watch watch -> serve(watch, wire, context.response());
                    case StreamRequest.WatchTogether watch -> serve(watch, wire, context.response());
                }
            }
        }
    }

    private void serve(StreamRequest.Watch watch, Wire wire, HttpServerResponse response) {
        hubs.attach(watch.key(), watch.from(), new SseConnection(wire, new Progress(bound)), preamble())
                .onSuccess(attachment -> {
                    switch (attachment) {
                        case Attachment.Attached(var viewer) -> accompany(viewer, wire);
                        case Attachment.Finished finished -> finish(response);
                        case Attachment.Closed closed -> notOpened(response);
                    }
                })
                .onFailure(cause -> refuse(cause, watch.key(), response));
    }

    /** One connection begins when all its runs are known to be there. */
    private void serve(StreamRequest.WatchTogether watch, Wire wire, HttpServerResponse response) {
        SharedConnection connection = new SharedConnection(wire, new Progress(bound), watch.from(), preamble());
        Map<HubKey, Future<Attachment>> attachments = new LinkedHashMap<>();
        watch.runs()
                .forEach((key, from) ->
                        attachments.put(key, hubs.attach(key, from, connection.strand(key.runId()), Buffer.buffer())));
        Future.join(List.copyOf(attachments.values())).onComplete(all -> {
            List<Viewer> viewers = attachments.values().stream()
                    .map(Future::result)
                    .filter(Attachment.Attached.class::isInstance)
                    .map(attachment -> ((Attachment.Attached) attachment).viewer())
                    .toList();
            if (all.failed()) {
                viewers.forEach(Viewer::gone);
                refuseFirst(attachments, response);
            } else if (viewers.isEmpty()) {
                finish(response);
            } else {
                connection.begin(viewers.size());
                viewers.forEach(viewer -> accompany(viewer, wire));
            }
        });
    }

    private void accompany(Viewer viewer, Wire wire) {
        heartbeats.add(viewer);
        wire.loop().execute(() -> wire.whenOver(viewer::gone));
        if (draining) {
            // It was let in before, and attached too late to be closed with the others.
            viewer.close();
        }
    }

    /** A HEAD request: what a GET would be answered with. */
    private void describe(StreamRequest.Asked asked, HttpServerResponse response) {
        Map<HubKey, Future<Boolean>> answers = new LinkedHashMap<>();
        asked.runs().forEach((key, from) -> answers.put(key, hubs.lacksNothing(key, from)));
        Future.join(List.copyOf(answers.values())).onComplete(all -> {
            if (all.failed()) {
                refuseFirst(answers, response);
            } else if (answers.values().stream().allMatch(Future::result)) {
                finish(response);
            } else {
                StreamHead.fill(response).end();
            }
        });
    }

    private static void finish(HttpServerResponse response) {
        response.setStatusCode(204).end();
    }

    private static void refuseFirst(Map<HubKey, ? extends Future<?>> answers, HttpServerResponse response) {
        answers.entrySet().stream()
                .filter(answer -> answer.getValue().failed())
                .findFirst()
                .ifPresent(answer -> refuse(answer.getValue().cause(), answer.getKey(), response));
    }

    private static void refuse(Throwable cause, HubKey key, HttpServerResponse response) {
        switch (cause) {
            case UnknownRun unknown -> StreamRequest.unknown(key.runId()).send(response);
            case OrchestratorAway away -> {
                LOG.warnf("run=%s: %s", key.runId(), away.getMessage());
                away("orchestrator-away", "The orchestrator is away", response);
            }
            default -> {
                LOG.errorf(cause, "run=%s: the stream could not be opened", key.runId());
                away("stream-not-opened", "The stream could not be opened", response);
            }
        }
    }

    private static void notOpened(HttpServerResponse response) {
        away("hub-closed", "The stream could not be opened", response);
    }

    private static void away(String slug, String title, HttpServerResponse response) {
        response.putHeader("Retry-After", RETRY_AFTER_SECONDS);
        new Problem(503, slug, title, "Nothing of the run is lost. Try again in a few seconds.").send(response);
    }

    /** The origin guard let the request pass; whether a page may read the answer is the browser's question. */
    private void allowDashboard(RoutingContext context) {
        String origin = context.request().getHeader("Origin");
        if (origin != null && edge.dashboardOrigin().filter(origin::equals).isPresent()) {
            context.response()
                    .putHeader("Access-Control-Allow-Origin", origin)
                    // Its session is a cookie.
                    .putHeader("Access-Control-Allow-Credentials", "true")
                    .putHeader("Vary", "Origin");
        }
    }
}
