package dev.aideator.gateway;

import dev.aideator.edge.ApiTokens;
import dev.aideator.edge.MachinePaths;
import dev.aideator.edge.OriginGuard;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.edge.LimitsConfig;
import dev.aideator.gateway.hub.HubConfig;
import dev.aideator.gateway.kubernetes.KubernetesConfig;
import dev.aideator.gateway.log.LogConfig;
import dev.aideator.gateway.orchestrator.OrchestratorConfig;
import dev.aideator.gateway.redis.RedisConfig;
import dev.aideator.gateway.sse.SseConfig;
import dev.aideator.redis.RedisAccess;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.ext.web.Router;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A gateway on a port of its own, without the container around it; several can live at once. */
final class TestGateway implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Gateway gateway;
    private final Router router;
    private final HttpServer server;

    TestGateway(String redisUrl, String orchestratorUrl, Map<String, String> more) {
        this(Map.of("REDIS_URL", redisUrl), orchestratorUrl, more);
    }

    /** {@code redis}: the variables that say where it is. */
    TestGateway(Map<String, String> redis, String orchestratorUrl, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "aideator.gateway.redis.watchdog", "300ms",
                "aideator.gateway.redis.longest-backoff", "200ms",
                "aideator.gateway.orchestrator.url", orchestratorUrl,
                "aideator.gateway.orchestrator.patience", "2s",
                "aideator.gateway.edge.allow-adhoc-runs", "true"));
        properties.putAll(more);
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .withMapping(EdgeConfig.class)
                .withMapping(LimitsConfig.class)
                .withMapping(RedisConfig.class)
                .withMapping(OrchestratorConfig.class)
                .withMapping(LogConfig.class)
                .withMapping(KubernetesConfig.class)
                .withMapping(HubConfig.class)
                .withMapping(SseConfig.class)
                .addDiscoveredConverters()
                .build();
        gateway = new Gateway(
                vertx,
                new Gateway.Settings(
                        config.getConfigMapping(EdgeConfig.class),
                        config.getConfigMapping(LimitsConfig.class),
                        RedisAccess.from(redis),
                        config.getConfigMapping(RedisConfig.class),
                        config.getConfigMapping(OrchestratorConfig.class),
                        config.getConfigMapping(LogConfig.class),
                        config.getConfigMapping(KubernetesConfig.class),
                        config.getConfigMapping(HubConfig.class),
                        config.getConfigMapping(SseConfig.class)),
                Clock.systemUTC(),
                meters);
        router = Router.router(vertx);
        router.route()
                .handler(new OriginGuard(
                        Set.of(), ApiTokens.of(Optional.empty(), Clock.systemUTC()), new MachinePaths(false)));
        gateway.install(router);
        server = vertx.createHttpServer().requestHandler(router);
        Await.of(server.listen(0, "127.0.0.1"));
    }

    boolean isOnNativeTransport() {
        return vertx.isNativeTransportEnabled();
    }

    int port() {
        return server.actualPort();
    }

    /** Its port for TLS, by ALPN with HTTP/2. */
    int encrypted(KeyCertOptions certificate) {
        HttpServer encrypted = vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(certificate))
                .requestHandler(router);
        return Await.of(encrypted.listen(0, "127.0.0.1")).actualPort();
    }

    Gateway gateway() {
        return gateway;
    }

    double count(String counter, String... tags) {
        var search = meters.find(counter).tags(tags);
        return search.counter() != null
                ? search.counter().count()
                : search.functionCounter() != null ? search.functionCounter().count() : 0;
    }

    double gauge(String gauge) {
        return meters.get(gauge).gauge().value();
    }

    @Override
    public void close() {
        gateway.close();
        Await.of(vertx.close());
    }
}
