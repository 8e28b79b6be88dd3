package dev.aideator.gateway;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

import java.util.concurrent.TimeUnit;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Tells how the gateway's surroundings are. It stays ready without Redis: it serves what the archive has, and taking it
 * out would cut the streams that wait for Redis to come back. Only one that is told to stop is not.
 */
@Readiness
@ApplicationScoped
class GatewayHealth implements AsyncHealthCheck {

    private static final long PATIENCE_MILLIS = 1_000;

    private final GatewayService service;

    GatewayHealth(GatewayService service) {
        this.service = service;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        Gateway gateway = service.gateway();
        long start = System.nanoTime();
        return Uni.createFrom()
                .completionStage(() -> gateway.pingRedis()
                        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .map(pong -> true)
                        .otherwise(false)
                        .toCompletionStage())
                .map(reachable -> HealthCheckResponse.named("streams")
                        .status(!gateway.isDraining())
                        .withData("redis_reachable", reachable)
                        .withData("redis_latency_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start))
                        .withData("redis_subscribed", gateway.hasSubscription())
                        .withData("viewers", gateway.viewers())
                        .build());
    }
}
