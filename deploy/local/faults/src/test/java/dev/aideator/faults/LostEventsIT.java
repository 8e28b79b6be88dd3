package dev.aideator.faults;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.servers.EmbeddedRedis;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Events that Redis no longer has: viewers get them from the archive, or hear that they are gone; never silence. */
@Timeout(300)
class LostEventsIT {

    private static final int RUNS = 10;
    private static final int VIEWERS = 50;
    private static final int LATE_VIEWERS = 50;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void what_was_trimmed_or_has_expired_comes_from_the_archive(long seed) {
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            scene.gateways(2, "AIDEATOR_GATEWAY_HUB_WINDOW=20000");
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(redis.url()));
            scene.crowd().watch(runs, VIEWERS);
            scene.crowd().awaitConnected();

            StandInOrchestrator orchestrator = scene.orchestrator();
            scene.talk(3_000, 6_000)
                    .often(100, () -> scene.crowd().any(scene.random()).cut())
                    .often(20, () -> orchestrator.trim(runs.get(scene.random().nextInt(RUNS))))
                    .often(5, () -> orchestrator.expire(runs.get(scene.random().nextInt(RUNS))))
                    .often(10, () -> scene.crowd().watch(runs, LATE_VIEWERS / 10))
                    .speak();
            scene.endAll();
            await("all runs ended").until(() -> runs.stream().allMatch(RunRecord::isEnded));
            runs.forEach(orchestrator::expire);
            scene.crowd().watch(runs, LATE_VIEWERS);

            scene.crowd().awaitTheWhole();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void what_nobody_has_any_more_is_a_gap(long seed) {
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            // Small, so that nobody remembers for Redis.
            scene.gateways(2, "AIDEATOR_GATEWAY_HUB_WINDOW=20000");
            scene.orchestrator().archives(false);
            List<RunRecord> runs = scene.runs(RUNS, 1, Scene.at(redis.url()));
            scene.crowd().watch(runs, VIEWERS);
            scene.crowd().awaitConnected();
            scene.talk(2_000, 3_000).speak();
            List<Agent> agents = scene.agents();
            await("Redis has everything")
                    .until(() -> scene.crowd().viewers().stream().allMatch(viewer -> viewer.events() > 0)
                            && agents.stream().noneMatch(agent -> agent.said().lastSeq() < 2));

            runs.forEach(run -> scene.orchestrator().trim(run, Producer.variation(0), trimmed(scene, run)));
            scene.crowd().watch(runs, LATE_VIEWERS);
            Stream.of(1, 2, 3)
                    .forEach(again -> scene.crowd().any(scene.random()).cut());
            scene.talk(500, 1_000).speak();
            scene.endAll();
            scene.orchestrator().archives(true);

            scene.crowd().awaitWhatIsLeft();
            assertThat(scene.crowd().sum(FaultViewer::gaps)).as("gaps").isGreaterThanOrEqualTo(LATE_VIEWERS);
        }
    }

    /** Somewhere in what was said, which those who come later can know only from Redis. */
    private static EntryId trimmed(Scene scene, RunRecord run) {
        long last = scene.agents().stream()
                .filter(agent -> agent.said().line(1).contains(run.id()))
                .mapToLong(agent -> agent.said().lastSeq())
                .sum();
        return new EntryId(1, 2 + scene.random().nextLong(last - 1));
    }
}
