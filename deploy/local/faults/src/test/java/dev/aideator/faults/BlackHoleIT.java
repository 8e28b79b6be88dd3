package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Connections to Redis that take everything, answer nothing and never end, also when others pass again. */
@Timeout(300)
class BlackHoleIT {

    private static final int VIEWERS = 200;
    private static final int RUNS = 10;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void gateways_reach_redis_again(long seed) {
        Vertx vertx = Vertx.vertx();
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                TcpProxy way = new TcpProxy(vertx, redis.port());
                Scene scene = new Scene(seed, Scene.at(redis.url()), Scene.at(way.url()))) {
            List<GatewayProcess> gateways = scene.gateways(2);
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(redis.url()));
            scene.crowd().watch(runs, VIEWERS);
            scene.crowd().awaitConnected();

            double begins = scene.random().nextDouble() / 4;
            scene.talk(3_000, 12_000)
                    .often(20, () -> scene.crowd().any(scene.random()).cut())
                    .at(begins, way::swallow)
                    .at(begins + 0.5, way::passAgain)
                    .speak();
            // Those who come now want Redis, for each of its runs.
            scene.crowd().watch(runs, RUNS);
            await("all runs are read from Redis again")
                    .atMost(BACK_WITHIN)
                    .until(() -> gateways.stream().allMatch(BlackHoleIT::readsRedis));
            scene.endAll();

            scene.crowd().awaitTheWhole();
        } finally {
            vertx.close();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void what_an_agent_no_longer_has_is_a_gap(long seed) {
        Vertx vertx = Vertx.vertx();
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                TcpProxy way = new TcpProxy(vertx, redis.port());
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            scene.gateways(1);
            // Its log would tell the archive what Redis never had.
            scene.orchestrator().archives(false);
            List<RunRecord> runs = scene.runs(2, 1, Scene.at(way.url()));
            scene.crowd().watch(runs, 10);
            scene.crowd().awaitConnected();
            scene.talk(100, 500).speak();
            way.swallow();
            // 12 MB or so of each, and an agent keeps 8.
            scene.talk(600, 3_000).upTo(80_000).speak();
            way.passAgain();
            scene.talk(100, 500).speak();
            scene.endAll();
            scene.orchestrator().archives(true);

            scene.crowd().awaitWhatIsLeft();
            assertThat(scene.crowd().viewers()).allMatch(viewer -> viewer.events() > 1);
            assertThat(scene.crowd().sum(FaultViewer::gaps)).as("gaps").isGreaterThanOrEqualTo(10);
        } finally {
            vertx.close();
        }
    }

    private static boolean readsRedis(GatewayProcess gateway) {
        return gateway.meter("gateway_redis_subscribed") == 1 && gateway.meter("gateway_hubs_elsewhere") == 0;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void agents_say_again_what_fell_in(long seed) {
        Vertx vertx = Vertx.vertx();
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                TcpProxy way = new TcpProxy(vertx, redis.port());
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            scene.gateways(2);
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(way.url()));
            scene.crowd().watch(runs, VIEWERS);
            scene.crowd().awaitConnected();

            double begins = scene.random().nextDouble() / 3;
            scene.talk(3_000, 10_000)
                    .often(10, () -> scene.crowd().any(scene.random()).cut())
                    .at(begins, way::swallow)
                    .at(begins + 0.2 + scene.random().nextDouble() / 3, way::passAgain)
                    .speak();
            scene.endAll();

            scene.crowd().awaitTheWhole();
        } finally {
            vertx.close();
        }
    }
}
