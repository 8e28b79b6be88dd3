package dev.aideator.gateway;

import dev.aideator.servers.EmbeddedRedis;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

/** The service as it is started, with its own configuration. */
@QuarkusTest
@QuarkusTestResource(GatewayServiceTest.Surroundings.class)
class GatewayServiceTest {

    public static final class Surroundings implements QuarkusTestResourceLifecycleManager {
        private EmbeddedRedis redis;
        private Vertx vertx;
        private FakeOrchestrator orchestrator;

        @Override
        public Map<String, String> start() {
            redis = EmbeddedRedis.temporary();
            vertx = Vertx.vertx();
            orchestrator = new FakeOrchestrator(vertx);
            orchestrator.wants("secret");
            return Map.of(
                    "REDIS_URL",
                    redis.url(),
                    "AIDEATOR_ORCHESTRATOR_URL",
                    orchestrator.url(),
                    "AIDEATOR_INTERNAL_TOKEN",
                    "secret",
                    "AIDEATOR_ALLOW_ADHOC_RUNS",
                    "true");
        }

        @Override
        public void stop() {
            orchestrator.close();
            Await.of(vertx.close());
            redis.close();
        }
    }

    @Inject
    @ConfigProperty(name = "REDIS_URL")
    String redisUrl;

    @Inject
    Vertx vertx;

    private static int port() {
        return RestAssured.port;
    }

    @Test
    void a_test_message_reaches_ten_viewers_of_a_run_that_only_lives_in_redis() {
        List<SseViewer> viewers = IntStream.range(0, 10)
                .mapToObj(i -> SseViewer.once(port(), "/api/v1/runs/load-test/stream/redis", null))
                .toList();
        GatewayFixture.until(() ->
                viewers.stream().allMatch(viewer -> viewer.ofType("caught_up").size() == 1));
        Redis redis = Redis.createClient(vertx, redisUrl);
        GatewayFixture.until(() -> numberOfSubscribers(redis) >= 1);

        int reached = Await.of(redis.send(Request.cmd(Command.PUBLISH)
                        .arg("run:load-test:output:0")
                        .arg("{\"content\":\"Test message\"}")))
                .toInteger();

        assertThat(reached).isGreaterThanOrEqualTo(1);
        GatewayFixture.until(() -> viewers.stream()
                .allMatch(viewer -> viewer.ofType("agent_output").size() == 1));
        assertThat(viewers).allSatisfy(viewer -> {
            var event = viewer.ofType("agent_output").getFirst();
            assertThat(event.id()).isNull();
            assertThat(event.json().getString("content")).isEqualTo("Test message");
            assertThat(event.json().getString("run_id")).isEqualTo("load-test");
            assertThat(event.json().getString("variation_id")).isEqualTo("0");
            assertThat(event.json().getString("type")).isEqualTo("agent_output");
            assertThat(event.json().getInstant("timestamp")).isNotNull();
        });
        viewers.forEach(SseViewer::close);
        redis.close();
    }

    private static int numberOfSubscribers(Redis redis) {
        return Await.of(redis.send(Request.cmd(Command.PUBSUB).arg("NUMSUB").arg("run:load-test:output:0")))
                .get(1)
                .toInteger();
    }

    @Test
    void an_unknown_run_is_a_problem() {
        given().accept("*/*")
                .get("/api/v1/runs/00000000-0000-4000-8000-000000000000/stream/redis")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("status", equalTo(404));
    }

    @Test
    void another_sites_page_is_refused() {
        given().header("Origin", "https://evil.example")
                .get("/api/v1/runs/load-test/stream/redis")
                .then()
                .statusCode(403)
                .contentType("application/problem+json");
    }

    @Test
    void it_runs_on_the_systems_own_transport() {
        assertThat(vertx.isNativeTransportEnabled()).isTrue();
    }

    @Test
    void health_and_metrics_tell_how_it_is() {
        given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.name", hasItem("streams"))
                .body("checks.find { it.name == 'streams' }.data.redis_reachable", equalTo(true));
        given().get("/q/metrics").then().statusCode(200).body(containsString("gateway_viewers"));
    }
}
