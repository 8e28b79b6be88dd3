package dev.aideator.faults;

import dev.aideator.events.Producer;
import dev.aideator.servers.EmbeddedRedis;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An attempt that was given up and speaks on beside the one that took its place. */
@Timeout(300)
class TwoAttemptsIT {

    private static final int RUNS = 10;
    private static final int VIEWERS = 200;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void the_older_one_is_fenced_whatever_it_still_says(long seed) {
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            Map<String, String> way = Scene.at(redis.url());
            scene.gateways(2);
            List<RunRecord> runs = scene.runs(RUNS, 2, way);
            scene.crowd().watch(runs, VIEWERS);
            scene.crowd().awaitConnected();
            List<Agent> older = scene.agents();
            List<Agent> newer = new ArrayList<>();

            Talk talk = scene.talk(3_000, 6_000)
                    .often(20, () -> scene.crowd().any(scene.random()).cut());
            for (RunRecord run : runs) {
                Producer variation = Producer.variation(scene.random().nextInt(2));
                talk.somewhere(() -> {
                    scene.orchestrator().giveUp(run, variation);
                    newer.add(scene.attempt(run, variation, way));
                });
            }
            // Those who took over join in, and nobody tells the others to be silent.
            talk.joinedBy(newer).speak();
            List<Agent> givenUp = older.stream()
                    .filter(agent -> runs.stream().anyMatch(run -> run.isGivenUp(agent)))
                    .toList();
            await("all who were given up heard of it")
                    .until(() -> givenUp.stream().allMatch(Agent::isStopped));
            assertThat(givenUp).hasSize(RUNS);
            scene.endAll();

            scene.crowd().awaitTheWhole();
        }
    }
}
