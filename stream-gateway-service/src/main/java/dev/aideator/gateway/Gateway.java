package dev.aideator.gateway;

import dev.aideator.events.RunKeys;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.edge.LimitsConfig;
import dev.aideator.gateway.hub.HubConfig;
import dev.aideator.gateway.hub.HubKey;
import dev.aideator.gateway.hub.Hubs;
import dev.aideator.gateway.kubernetes.KubernetesApi;
import dev.aideator.gateway.kubernetes.KubernetesConfig;
import dev.aideator.gateway.log.FileLogs;
import dev.aideator.gateway.log.LogConfig;
import dev.aideator.gateway.log.LogSource;
import dev.aideator.gateway.log.Logs;
import dev.aideator.gateway.log.PodLogs;
import dev.aideator.gateway.orchestrator.AdHocRun;
import dev.aideator.gateway.orchestrator.Orchestrator;
import dev.aideator.gateway.orchestrator.OrchestratorConfig;
import dev.aideator.gateway.redis.FallbackSource;
import dev.aideator.gateway.redis.RedisConfig;
import dev.aideator.gateway.redis.RedisSource;
import dev.aideator.gateway.redis.Subscriptions;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.Source;
import dev.aideator.gateway.sse.SseConfig;
import dev.aideator.gateway.sse.StreamRoutes;
import dev.aideator.redis.RedisAccess;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;

import java.nio.file.Path;
import java.time.Clock;

/**
 * Carries runs' events to their viewers: from Redis, logs and archive (source), into one log of frames per watched run
 * (hub), out as Server-Sent Events (sse). Holds no state that it could not build again.
 */
public final class Gateway {

    /** All that can be set. */
    public record Settings(
            EdgeConfig edge,
            LimitsConfig limits,
            RedisAccess redisAccess,
            RedisConfig redis,
            OrchestratorConfig orchestrator,
            LogConfig log,
            KubernetesConfig kubernetes,
            HubConfig hub,
            SseConfig sse) {}

    private final Vertx vertx;
    private final Settings settings;
    private final Redis redis;
    private final Subscriptions subscriptions;
    private final Orchestrator orchestrator;
    private final Logs logs;
    private final Hubs hubs;
    private final StreamRoutes routes;

    public Gateway(Vertx vertx, Settings settings, Clock clock, MeterRegistry meters) {
        this.vertx = vertx;
        this.settings = settings;
        RedisAccess access = settings.redisAccess();
        this.redis = access.client(vertx, sized(access.options(), "streams"));
        this.subscriptions = new Subscriptions(
                vertx,
                attempt -> access.client(vertx, sized(access.subscriberOptions(attempt), "pubsub")),
                settings.redis(),
                settings.hub().longestMessage(),
                meters);
        this.orchestrator = new Orchestrator(vertx, settings.orchestrator());
        this.logs = logs(vertx, settings);
        this.hubs = new Hubs(vertx, this::archive, this::source, settings.hub(), clock, meters);
        this.routes = new StreamRoutes(vertx, hubs, settings.edge(), settings.limits(), settings.sse(), meters);
    }

    private RedisOptions sized(RedisOptions options, String name) {
        return options.setMaxPoolSize(settings.redis().connections())
                .setMaxPoolWaiting(100_000)
                .setMaxWaitingHandlers(100_000)
                .setPoolName(name)
                .setMetricsName(name);
    }

    public void install(Router router) {
        routes.install(router);
    }

    private RunArchive archive(HubKey key) {
        return key.isKept()
                ? orchestrator.run(key.runId())
                : new AdHocRun(key.runId(), settings.edge().maxVariations());
    }

    private static Logs logs(Vertx vertx, Settings settings) {
        return switch (settings.log().place()) {
            case FILES ->
                new FileLogs(
                        vertx,
                        settings.log().attemptsDir().orElse(Path.of("attempts")),
                        settings.log().poll());
            case PODS -> new PodLogs(vertx, new KubernetesApi(vertx, settings.kubernetes()), settings.kubernetes());
        };
    }

    private Source source(HubKey key, RunFacts facts) {
        return switch (key.backend()) {
            case REDIS -> key.isKept() ? redisOrLogs(key, facts) : redis(key, facts);
            case LOGS -> logs(key, facts);
        };
    }

    private Source redisOrLogs(HubKey key, RunFacts facts) {
        return new FallbackSource(
                vertx,
                key.runId(),
                redis(key, facts),
                new FallbackSource.Substitute(HubKey.Backend.LOGS.sourceName(), () -> logs(key, facts)),
                settings.redis(),
                subscriptions.away());
    }

    private Source redis(HubKey key, RunFacts facts) {
        return new RedisSource(
                redis,
                subscriptions,
                new RunKeys(key.runId()),
                facts.all(),
                settings.redis().patience());
    }

    private Source logs(HubKey key, RunFacts facts) {
        return new LogSource(vertx, logs, settings.log(), facts, archive(key));
    }

    public int viewers() {
        return hubs.viewers();
    }

    public boolean hasSubscription() {
        return subscriptions.isConnected();
    }

    /** Fails when Redis does not answer. */
    public Future<Void> pingRedis() {
        return redis.send(Request.cmd(Command.PING)).mapEmpty();
    }

    /** Takes no more viewers and closes the streams of the others; succeeds when they have left, or had their time. */
    public Future<Void> drain() {
        return routes.drain();
    }

    public boolean isDraining() {
        return routes.isDraining();
    }

    public void close() {
        hubs.close();
        subscriptions.close();
        redis.close();
        orchestrator.close();
        logs.close();
    }
}
