package dev.aideator.gateway;

import dev.aideator.edge.ApiTokens;
import dev.aideator.edge.MachinePaths;
import dev.aideator.edge.OriginGuard;
import dev.aideator.edge.TokenGuard;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.edge.LimitsConfig;
import dev.aideator.gateway.hub.HubConfig;
import dev.aideator.gateway.kubernetes.KubernetesConfig;
import dev.aideator.gateway.log.LogConfig;
import dev.aideator.gateway.orchestrator.OrchestratorConfig;
import dev.aideator.gateway.redis.RedisConfig;
import dev.aideator.gateway.sse.SseConfig;
import dev.aideator.redis.RedisAccess;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The gateway as a Quarkus service: started with it, on its HTTP server, and drained before it stops. */
@ApplicationScoped
class GatewayService {

    private static final Logger LOG = Logger.getLogger(GatewayService.class);

    private final Vertx vertx;
    private final EdgeConfig edge;
    private final Gateway gateway;

    GatewayService(
            Vertx vertx,
            MeterRegistry meters,
            Config variables,
            EdgeConfig edge,
            LimitsConfig limits,
            RedisConfig redis,
            OrchestratorConfig orchestrator,
            LogConfig log,
            KubernetesConfig kubernetes,
            HubConfig hub,
            SseConfig sse) {
        this.vertx = vertx;
        this.edge = edge;
        this.gateway = new Gateway(
                vertx,
                new Gateway.Settings(
                        edge, limits, redisAccess(variables), redis, orchestrator, log, kubernetes, hub, sse),
                Clock.systemUTC(),
                meters);
    }

    /** Raw values: what looks like an expression in a password is none. */
    private static RedisAccess redisAccess(Config variables) {
        return RedisAccess.from(
                name -> Optional.ofNullable(variables.getConfigValue(name).getRawValue()));
    }

    Gateway gateway() {
        return gateway;
    }

    void guard(@Observes Filters filters) {
        ApiTokens tokens = ApiTokens.of(edge.apiToken(), Clock.systemUTC());
        MachinePaths machines = new MachinePaths(edge.metricsOpen());
        filters.register(new OriginGuard(edge.allowedHosts().orElse(Set.of()), tokens, machines), 9_000);
        filters.register(new TokenGuard(tokens, machines, context -> false), 8_500);
    }

    void install(@Observes Router router) {
        gateway.install(router);
    }

    void started(@Observes StartupEvent event) {
        // Without its jar the native transport is left out in silence.
        if (vertx.isNativeTransportEnabled()) {
            LOG.info("transport=native");
        } else {
            LOG.warn("transport=nio: many viewers cost more than with the native transport");
        }
    }

    /**
     * Told while the HTTP server still answers, and stops it only when the streams have ended: until then who comes is
     * told to come back in a moment, and readiness that it should be elsewhere.
     */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        LOG.infof("viewers=%d: draining", gateway.viewers());
        gateway.drain().toCompletionStage().toCompletableFuture().join();
    }

    void stop(@Observes ShutdownEvent event) {
        gateway.close();
    }
}
