package dev.aideator.faults;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Redis that is killed and comes back, with all it had, without its last writes, or empty. */
@Timeout(300)
class RedisKillIT {

    private static final int VIEWERS = 200;
    private static final int RUNS = 10;
    private static final Duration AWAY = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void redis_is_killed_and_back_after_five_seconds(long seed) {
        MortalRedis redis = new MortalRedis(folder);
        try (Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            MortalRedis.Disk disk = MortalRedis.Disk.of(seed);
            scene.gateways(2);
            // Without an archive that is near, the agents have to say again what Redis forgot.
            scene.orchestrator().archives(scene.random().nextBoolean());
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(redis.url()));
            scene.crowd().watch(runs, VIEWERS - 20);
            scene.crowd().watchTogether(runs, 20, 3);
            scene.crowd().awaitConnected();

            Thread accident = Thread.ofPlatform().unstarted(() -> redis.die(disk, AWAY));
            scene.talk(3_000, 10_000)
                    .often(10, () -> scene.crowd().any(scene.random()).cut())
                    .at(scene.random().nextDouble() / 3, redis::remember)
                    .at(0.33 + scene.random().nextDouble() / 3, accident::start)
                    .speak();
            scene.endAll();
            scene.orchestrator().archives(true);

            scene.crowd().awaitTheWhole();
        } finally {
            redis.close();
        }
    }
}
