package dev.aideator.gateway;

import dev.aideator.events.Producer;
import dev.aideator.redis.RedisAccess;
import dev.aideator.servers.EmbeddedCluster;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;

/** A Redis Cluster, whose nodes have some of the runs each. */
class ClusterTest {

    private static final int RUNS = 12;

    @Test
    void runs_are_seen_live_whichever_node_has_them() {
        Vertx vertx = Vertx.vertx();
        FakeOrchestrator orchestrator = new FakeOrchestrator(vertx);
        try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
            Map<String, String> variables = Map.of("REDIS_URL", cluster.urls(), "REDIS_MODE", "cluster");
            RedisAccess access = RedisAccess.from(variables);
            Redis redis = access.client(vertx, access.options());
            // Long, so that what is seen was published and not found by the periodic look.
            Map<String, String> settings = Map.of("aideator.gateway.hub.check", "60s");
            try (TestGateway gateway = new TestGateway(variables, orchestrator.url(), settings)) {
                List<RunInRedis> runs = new ArrayList<>();
                List<SseViewer> viewers = new ArrayList<>();
                for (int i = 0; i < RUNS; i++) {
                    String id = UUID.randomUUID().toString();
                    orchestrator.run(id, 1).attempt(Producer.variation(0), 1, -1);
                    RunInRedis run = new RunInRedis(redis, id);
                    run.open(Producer.RUN, 1);
                    run.open(Producer.variation(0), 1);
                    runs.add(run);
                    viewers.add(SseViewer.once(gateway.port(), "/api/v1/runs/" + id + "/stream/redis", null));
                }
                until(viewers, viewer -> viewer.ofType("caught_up").size() == 1);

                for (int i = 0; i < 20; i++) {
                    String text = "text " + i;
                    runs.forEach(run -> run.say(0, text));
                }

                until(viewers, viewer -> viewer.events().size() == 20);
                for (int i = 0; i < RUNS; i++) {
                    assertThat(viewers.get(i).events())
                            .extracting(SseViewer.Received::data)
                            .containsExactlyElementsOf(runs.get(i).lines());
                }
                viewers.forEach(SseViewer::close);
            } finally {
                redis.close();
            }
        } finally {
            orchestrator.close();
            Await.of(vertx.close());
        }
    }

    private static void until(List<SseViewer> viewers, Predicate<SseViewer> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> viewers.stream().allMatch(condition));
    }
}
