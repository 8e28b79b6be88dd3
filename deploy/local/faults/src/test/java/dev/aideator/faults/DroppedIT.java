package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;

import com.sun.management.UnixOperatingSystemMXBean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/** Thousands who lose their gateway at the same moment and come to another one, which knows none of their runs. */
@Timeout(300)
class DroppedIT {

    private static final int VIEWERS = 5_000;
    private static final int RUNS = 50;
    private static final int VARIATIONS = 2;
    private static final int STREAMS = RUNS * (VARIATIONS + 1);

    /** With news of a subscription a stream is looked at once more, and who reads may just have missed an event. */
    private static final int LOOKS = 3;

    private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void all_come_back_and_redis_is_read_once_for_each_run(long seed) {
        assumeThat(mostFiles())
                .as("open files that this machine lets a process have (ulimit -n), for %d viewers", VIEWERS)
                .isGreaterThan(2L * VIEWERS);
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                RedisFigures figures = new RedisFigures(redis.url());
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            Crowd crowd = scene.crowd();
            // Reads of the periodic check would be counted with those for viewers.
            GatewayProcess first =
                    scene.gateways(1, "AIDEATOR_GATEWAY_HUB_CHECK=10m").getFirst();
            List<RunRecord> runs = scene.runs(RUNS, VARIATIONS, Scene.at(redis.url()));
            crowd.watch(runs, VIEWERS);
            crowd.awaitConnected();
            scene.talk(1_000, 3_000).speak();
            List<Agent> agents = scene.agents();
            await("the archive has all, too")
                    .atMost(BACK_WITHIN)
                    .until(() ->
                            agents.stream().allMatch(agent -> runs.stream().anyMatch(run -> run.hasArchived(agent))));
            crowd.awaitAll("have all so far", viewer -> viewer.isConnected() && viewer.events() > 1);
            scene.orchestrator().archives(false);
            GatewayProcess second =
                    scene.gateways(1, "AIDEATOR_GATEWAY_HUB_CHECK=10m").getFirst();

            figures.reset();
            long start = System.nanoTime();
            first.kill();
            crowd.awaitAll("came back", viewer -> viewer.connections() > 1 && viewer.isConnected());
            Duration back = Duration.ofNanos(System.nanoTime() - start);
            long reads = figures.calls("xrange");

            assertThat(back).isLessThan(BACK_WITHIN);
            assertThat(reads).as("reads of %d streams", STREAMS).isLessThanOrEqualTo((long) LOOKS * STREAMS);
            assertThat(runs).as("archive reads").allMatch(run -> run.archiveReads() == 0);
            assertThat(second.meter("gateway_viewers")).isEqualTo(VIEWERS);
            System.out.printf(
                    "Seed %d: %,d viewers of %d runs back after %d ms, %d streams read %d times%n",
                    seed, VIEWERS, RUNS, back.toMillis(), STREAMS, reads);

            scene.talk(300, 1_000).speak();
            scene.endAll();
            scene.orchestrator().archives(true);
            crowd.awaitTheWhole();
            assertThat(runs).as("archive reads").allMatch(run -> run.archiveReads() == 0);
        }
    }

    private static long mostFiles() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
    }
}
