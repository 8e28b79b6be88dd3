package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/** A gateway that is killed: its viewers go on at another one. */
@Timeout(300)
class GatewayKillIT {

    private static final int VIEWERS = 1_000;
    private static final int OF_SEVERAL_RUNS = 100;
    private static final int RUNS = 50;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void one_of_two_gateways_is_killed_under_its_viewers(long seed) {
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            List<GatewayProcess> gateways = scene.gateways(2);
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(redis.url()));
            scene.crowd().watch(runs, VIEWERS - OF_SEVERAL_RUNS);
            scene.crowd().watchTogether(runs, OF_SEVERAL_RUNS, 3);
            scene.crowd().awaitConnected();

            scene.talk(4_000, 6_000)
                    .often(20, () -> scene.crowd().any(scene.random()).cut())
                    .somewhere(() -> gateways.get(scene.random().nextInt(2)).kill())
                    .speak();
            scene.endAll();

            scene.crowd().awaitTheWhole();
        }
    }
}
