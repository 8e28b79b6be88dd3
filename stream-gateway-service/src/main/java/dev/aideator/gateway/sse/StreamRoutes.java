package dev.aideator.gateway.sse;

import dev.aideator.edge.Problem;
import dev.aideator.gateway.edge.Clients;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.edge.LimitsConfig;
import dev.aideator.gateway.edge.StreamLimits;
import dev.aideator.gateway.hub.Attachment;
import dev.aideator.gateway.hub.HubKey;
import dev.aideator.gateway.hub.Hubs;
import dev.aideator.gateway.orchestrator.OrchestratorAway;
import dev.aideator.gateway.orchestrator.UnknownRun;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jboss.logging.Logger;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

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
    }

    public void install(Router router) {
        router.route("/api/v1/runs/:run/stream/redis").handler(context -> stream(context, HubKey.Backend.REDIS));
        router.route("/api/v1/runs/:run/stream").handler(context -> stream(context, HubKey.Backend.LOGS));
        router.route("/api/*")
                .handler(context -> new Problem(
                                404,
                                "no-such-address",
                                "There is nothing at this address",
                                "The stream gateway has /api/v1/runs/{id}/stream/redis and /api/v1/runs/{id}/stream.")
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

    private void stream(RoutingContext context, HubKey.Backend backend) {
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
        switch (StreamRequest.of(context, backend, edge)) {
            case StreamRequest.Refused refused -> refused.problem().send(response);
            case StreamRequest.Watch watch when method.equals(HttpMethod.HEAD) -> describe(watch, response);
            case StreamRequest.Watch watch -> admit(watch, context);
        }
    }

    private void admit(StreamRequest.Watch watch, RoutingContext context) {
        switch (limits.admit(List.of(watch.key().runId()), clients.nameOf(context.request()))) {
            case StreamLimits.Refused refused -> {
                context.response().putHeader("Retry-After", retryWhenFull);
                refused.problem().send(context.response());
            }
            case StreamLimits.Seat seat -> {
                whenOver(context, seat::giveUp);
                serve(watch, context);
            }
        }
    }

    /** However it ends: said to the end, refused after all, or the viewer went; it may be told more than once. */
    private static void whenOver(RoutingContext context, Runnable then) {
        context.addEndHandler(end -> then.run());
        if (context.response().closed()) {
            then.run();
        }
    }

    private void serve(StreamRequest.Watch watch, RoutingContext context) {
        HttpServerResponse response = context.response();
        // A request that nobody reads is paused, and a paused connection does not tell when it is closed.
        context.request().resume();
        hubs.attach(watch.key(), watch.from(), new SseConnection(response), preamble())
                .onComplete(attached -> answer(attached, watch, context));
    }

    private void answer(AsyncResult<Attachment> attached, StreamRequest.Watch watch, RoutingContext context) {
        HttpServerResponse response = context.response();
        if (attached.failed()) {
            refuse(attached.cause(), watch, response);
            return;
        }
        switch (attached.result()) {
            case Attachment.Attached(var viewer) -> {
                heartbeats.add(viewer);
                whenOver(context, viewer::gone);
                if (draining) {
                    // It was let in before, and attached too late to be closed with the others.
                    viewer.close();
                }
            }
            case Attachment.Finished finished -> response.setStatusCode(204).end();
            case Attachment.Closed closed -> away("hub-closed", "The stream could not be opened", response);
        }
    }

    /** A HEAD request: what a GET would be answered with. */
    private void describe(StreamRequest.Watch watch, HttpServerResponse response) {
        hubs.lacksNothing(watch.key(), watch.from()).onComplete(finished -> {
            if (finished.failed()) {
                refuse(finished.cause(), watch, response);
            } else if (finished.result()) {
                response.setStatusCode(204).end();
            } else {
                SseConnection.head(response).end();
            }
        });
    }

    private static void refuse(Throwable cause, StreamRequest.Watch watch, HttpServerResponse response) {
        switch (cause) {
            case UnknownRun unknown ->
                StreamRequest.unknown(watch.key().runId()).send(response);
            case OrchestratorAway away -> {
                LOG.warnf("run=%s: %s", watch.key().runId(), away.getMessage());
                away("orchestrator-away", "The orchestrator is away", response);
            }
            default -> {
                LOG.errorf(
                        cause,
                        "run=%s: the stream could not be opened",
                        watch.key().runId());
                away("stream-not-opened", "The stream could not be opened", response);
            }
        }
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
