package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;

/** Gateways that are replaced one after the other, as a deployment does it. */
@Timeout(300)
class RollingRestartIT {

    private static final int RUNS = 20;
    private static final int VIEWERS = 500;
    private static final int OF_SEVERAL_RUNS = 50;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void each_gateway_is_told_to_stop_and_comes_back(long seed) {
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            List<GatewayProcess> gateways = scene.gateways(2);
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(redis.url()));
            scene.crowd().watch(runs, VIEWERS - OF_SEVERAL_RUNS);
            scene.crowd().watchTogether(runs, OF_SEVERAL_RUNS, 5);
            scene.crowd().awaitConnected();

            Thread restart = Thread.ofPlatform()
                    .unstarted(() -> gateways.forEach(gateway -> {
                        gateway.close();
                        scene.again(gateway);
                    }));
            Talk talk = scene.talk(4_000, 8_000).at(scene.random().nextDouble() / 4, restart::start);
            talk.speak();
            // However long a gateway takes to start here, somebody speaks on until both are back.
            while (restart.isAlive()) {
                scene.talk(100, 200).speak();
            }
            scene.endAll();

            scene.crowd().awaitTheWhole();
        }
    }
}
