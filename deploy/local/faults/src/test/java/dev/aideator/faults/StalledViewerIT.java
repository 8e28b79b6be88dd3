package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A viewer that stops reading: nobody else waits for it, and nothing is kept for it. */
@Timeout(300)
class StalledViewerIT {

    private static final int OTHERS = 10;
    private static final long MEGABYTE = 1 << 20;

    /** More than the window and the kernel hold for one who does not read. */
    private static final int PIECES = 3_000;

    private static final int PIECE = 8_000;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void nothing_is_kept_for_it_and_it_misses_nothing(long seed) {
        long stallMillis = TimeUnit.SECONDS.toMillis(Long.getLong("faults.stall.seconds", 6));
        try (EmbeddedRedis redis = EmbeddedRedis.temporary();
                Scene scene = new Scene(seed, Scene.at(redis.url()))) {
            GatewayProcess gateway =
                    scene.gateways(1, "AIDEATOR_GATEWAY_HUB_WINDOW=1048576").getFirst();
            RunRecord run = scene.runs(1, 1, Scene.at(redis.url())).getFirst();
            Crowd crowd = scene.crowd();
            List<FaultViewer> others = crowd.watch(List.of(run), OTHERS);
            FaultViewer stalled = crowd.watch(List.of(run), 1).getFirst();
            crowd.awaitConnected();
            int before = 0;
            // The first time warms everybody up.
            for (int i = 0; i < 2; i++) {
                scene.talk(PIECES / 4, stallMillis / 4).upTo(PIECE).speak();
                crowd.awaitAll("have all", viewer -> hasAll(viewer, run));
                before = crowd.p99();
            }

            int port = stalled.port();
            stalled.pause();
            scene.talk(PIECES, stallMillis).upTo(PIECE).speak();
            crowd.awaitAll("but one have all", viewer -> viewer == stalled || hasAll(viewer, run));

            OptionalLong queued = Sockets.queued(gateway.port(), port);
            long read = crowd.sum(FaultViewer::bytes);
            long kept = (long) gateway.meter("gateway_sent_bytes_total") - read - queued.orElse(0);
            System.out.printf(
                    "Seed %d: p99 of the others %d ms, %d ms before; %s%n",
                    seed,
                    crowd.p99(),
                    before,
                    queued.isPresent()
                            ? "kept for the one that does not read: %,d bytes, and %,d by the kernel"
                                    .formatted(kept, queued.getAsLong())
                            : "the one that does not read was closed");
            if (queued.isPresent()) {
                assertThat(kept).as("bytes in the gateway").isLessThan(MEGABYTE);
                assertThat(hasAll(stalled, run)).as("it stopped reading").isFalse();
            }
            assertThat(others).as("are not cut").allMatch(viewer -> viewer.connections() == 1);

            stalled.resume();
            scene.endAll();
            crowd.awaitTheWhole();
        }
    }

    private static boolean hasAll(FaultViewer viewer, RunRecord run) {
        long said = run.variations().stream()
                .flatMap(variation -> run.attempts(variation).stream())
                .mapToLong(attempt -> attempt.agent().said().lastSeq())
                .sum();
        return viewer.events() == said + run.runEventsAfter(0).size();
    }
}
