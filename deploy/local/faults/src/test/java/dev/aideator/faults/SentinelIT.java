package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.EmbeddedSentinel;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.awaitility.Awaitility.await;

/** A master that is cut off from everybody, a replica that lacks its last writes and takes its place, and its return. */
@Timeout(300)
class SentinelIT {

    private static final String PASSWORD = "secret-of-all";
    private static final int VIEWERS = 200;
    private static final int RUNS = 10;
    private static final Duration WITHIN = Duration.ofSeconds(60);

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void a_replica_without_the_last_writes_takes_over(long seed) {
        Vertx vertx = Vertx.vertx();
        try (EmbeddedRedis first = EmbeddedRedis.temporaryWithPassword(PASSWORD);
                TcpProxy toFirst = new TcpProxy(vertx, first.port());
                EmbeddedRedis second = EmbeddedRedis.temporaryReplica(toFirst.port(), PASSWORD);
                EmbeddedSentinel sentinel = EmbeddedSentinel.watching("mymaster", toFirst.port(), PASSWORD);
                RedisFigures ofSentinel = new RedisFigures("redis://127.0.0.1:" + sentinel.port());
                RedisFigures ofFirst = new RedisFigures(url(first));
                RedisFigures ofSecond = new RedisFigures(url(second))) {
            await("the replica has the master's data")
                    .atMost(WITHIN)
                    .until(() -> ofSecond.info("replication").contains("master_link_status:up"));
            await("Sentinel knows of it")
                    .atMost(WITHIN)
                    .until(() -> ofSentinel.info("sentinel").contains("slaves=1"));
            Map<String, String> way = Map.of(
                    "REDIS_URL",
                    "redis://127.0.0.1:" + sentinel.port(),
                    "REDIS_MODE",
                    "sentinel",
                    "REDIS_MASTER",
                    "mymaster",
                    "REDIS_PASSWORD",
                    PASSWORD);
            try (Scene scene = new Scene(seed, way)) {
                scene.gateways(2);
                scene.orchestrator().archives(scene.random().nextBoolean());
                List<RunRecord> runs = scene.runs(RUNS, 2, way);
                scene.crowd().watch(runs, VIEWERS);
                scene.crowd().awaitConnected();

                double cut = 0.1 + scene.random().nextDouble() / 4;
                scene.talk(3_000, 12_000)
                        .often(10, () -> scene.crowd().any(scene.random()).cut())
                        // The master goes on alone, and says yes to writes that nobody else will ever have.
                        .at(cut, () -> toFirst.swallow("REPLCONF"))
                        .at(cut + scene.random().nextDouble() / 15, () -> {
                            toFirst.swallow();
                            System.out.printf(
                                    "Seed %d: the replica lacks %,d bytes%n",
                                    seed, ofFirst.replicated() - ofSecond.replicated());
                        })
                        .at(0.75, toFirst::passAgain)
                        .speak();
                await("the replica is the master")
                        .atMost(WITHIN)
                        .until(() -> ofSecond.info("replication").contains("role:master"));
                scene.talk(300, 1_000).speak();
                scene.endAll();
                scene.orchestrator().archives(true);

                scene.crowd().awaitTheWhole();
            }
        } finally {
            vertx.close();
        }
    }

    private static String url(EmbeddedRedis redis) {
        return "redis://:" + PASSWORD + "@127.0.0.1:" + redis.port();
    }
}
