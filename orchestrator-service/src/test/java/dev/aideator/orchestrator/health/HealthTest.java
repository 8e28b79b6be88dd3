package dev.aideator.orchestrator.health;

import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.edge.FakeGateway;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.redis.client.RedisAPI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class HealthTest {

    @Inject
    RedisAPI redis;

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/api/v1/health"})
    void all_is_well(String path) {
        given().get(path)
                .then()
                .statusCode(200)
                .body("status", equalTo("ok"))
                .body("version", matchesPattern("[0-9]+\\.[0-9]+\\.[0-9]+.*"))
                .body("launcher", equalTo("local"))
                .body("redis.reachable", equalTo(true))
                .body("redis.latency_ms", greaterThanOrEqualTo(0))
                .body("redis.detail", nullValue())
                .body("database.reachable", equalTo(true))
                .body("database.latency_ms", greaterThanOrEqualTo(0));
    }

    @Test
    void a_redis_that_may_throw_events_away_is_told_loudly() throws Exception {
        policy("allkeys-lru");
        try {
            given().get("/health")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body("redis.reachable", equalTo(true))
                    .body("redis.detail", containsString("Set maxmemory-policy noeviction"));
        } finally {
            policy("noeviction");
        }
    }

    @Test
    void without_redis_the_service_is_degraded_and_still_ready() {
        EmbeddedServers.stopRedis();
        try {
            given().get("/health")
                    .then()
                    .statusCode(200)
                    .time(lessThan(5000L))
                    .body("status", equalTo("degraded"))
                    .body("redis.reachable", equalTo(false))
                    .body("redis.latency_ms", nullValue())
                    .body("redis.detail", containsString("Redis"))
                    .body("database.reachable", equalTo(true));
            given().get("/q/health/ready").then().statusCode(200);
        } finally {
            EmbeddedServers.restartRedis();
        }
    }

    @Test
    void a_server_that_does_not_answer_is_not_waited_for() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Executor thread = Thread::startVirtualThread;
        Probe probe = Probe.start("It", Duration.ofMillis(50), thread, () -> {
                    never.await();
                    return null;
                })
                .await();
        assertThat(probe).isEqualTo(new Probe(false, null, "It did not answer within 50 ms."));
        never.countDown();
    }

    @Test
    void no_database_is_down() {
        Probe fine = new Probe(true, 1L, null);
        Probe away = new Probe(false, null, "away");
        assertThat(Health.of("1", "local", fine, fine).status()).isEqualTo("ok");
        assertThat(Health.of("1", "local", away, fine).status()).isEqualTo("degraded");
        assertThat(Health.of("1", "local", fine, away).status()).isEqualTo("down");
        assertThat(Health.of("1", "local", fine, away).isDown()).isTrue();
    }

    private void policy(String name) throws Exception {
        redis.config(List.of("SET", "maxmemory-policy", name))
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }
}
