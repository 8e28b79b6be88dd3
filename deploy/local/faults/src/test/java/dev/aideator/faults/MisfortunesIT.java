package dev.aideator.faults;

import dev.aideator.events.Producer;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What goes wrong seldom goes wrong alone: one after the other, each before all have got over the last. */
@Timeout(300)
class MisfortunesIT {

    private static final int RUNS = 10;
    private static final int VIEWERS = 200;
    private static final int MISFORTUNES = 6;
    private static final Duration WITHIN = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** One of them, with all that is random about it. */
    private sealed interface Misfortune {
        record GatewayKilled(int which) implements Misfortune {}

        record RedisKilled(MortalRedis.Disk disk, Duration away) implements Misfortune {}

        record BlackHole(Duration lasts) implements Misfortune {}

        record AttemptGivenUp(int run, Producer variation) implements Misfortune {}

        record Trimmed(int run) implements Misfortune {}

        record EverybodyCut() implements Misfortune {}

        static Misfortune any(Random random) {
            return switch (random.nextInt(8)) {
                case 0 -> new GatewayKilled(random.nextInt(2));
                case 1 -> new RedisKilled(MortalRedis.Disk.of(random.nextInt(3)), millis(random));
                case 2 -> new RedisKilled(MortalRedis.Disk.WITHOUT_THE_LAST_WRITES, millis(random));
                case 3, 4 -> new BlackHole(millis(random));
                case 5 -> new AttemptGivenUp(random.nextInt(RUNS), Producer.variation(random.nextInt(2)));
                case 6 -> new Trimmed(random.nextInt(RUNS));
                default -> new EverybodyCut();
            };
        }

        private static Duration millis(Random random) {
            return Duration.ofMillis(200 + random.nextInt(4_000));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void one_after_the_other(long seed) throws InterruptedException {
        Vertx vertx = Vertx.vertx();
        try (MortalRedis redis = new MortalRedis(folder);
                TcpProxy way = new TcpProxy(vertx, redis.port());
                Scene scene = new Scene(seed, Scene.at(redis.url()), Scene.at(way.url()))) {
            scene.orchestrator().archives(scene.random().nextBoolean());
            List<GatewayProcess> gateways = new CopyOnWriteArrayList<>(scene.gateways(2));
            Map<String, String> ofAgents = Scene.at(redis.url());
            List<RunRecord> runs = scene.runs(RUNS, 2, ofAgents);
            scene.crowd().watch(runs, VIEWERS - 20);
            scene.crowd().watchTogether(runs, 20, 3);
            scene.crowd().awaitConnected();

            List<Misfortune> misfortunes = new ArrayList<>();
            for (int i = 0; i < MISFORTUNES; i++) {
                misfortunes.add(Misfortune.any(scene.random()));
            }
            System.out.printf("Seed %d: %s%n", seed, misfortunes);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread fate = Thread.ofPlatform()
                    .unstarted(() -> misfortunes.forEach(misfortune -> {
                        redis.remember();
                        switch (misfortune) {
                            case Misfortune.GatewayKilled(int which) -> {
                                gateways.get(which).kill();
                                gateways.set(which, scene.again(gateways.get(which)));
                            }
                            case Misfortune.RedisKilled(var disk, Duration away) -> redis.die(disk, away);
                            case Misfortune.BlackHole(Duration lasts) -> {
                                way.swallow();
                                pause(lasts);
                                way.passAgain();
                            }
                            case Misfortune.AttemptGivenUp(int run, Producer variation) -> {
                                // A log that is still read is one of an attempt that is not given up.
                                runs.get(run).lastAttempt(variation).said().cutOff();
                                // The orchestrator tries until Redis takes it.
                                await("given up")
                                        .atMost(WITHIN)
                                        .ignoreExceptions()
                                        .until(() -> {
                                            scene.orchestrator().giveUp(runs.get(run), variation);
                                            return true;
                                        });
                                scene.attempt(runs.get(run), variation, ofAgents);
                            }
                            case Misfortune.Trimmed(int run) ->
                                await("trimmed")
                                        .atMost(WITHIN)
                                        .ignoreExceptions()
                                        .until(() -> {
                                            scene.orchestrator().trim(runs.get(run));
                                            return true;
                                        });
                            case Misfortune.EverybodyCut() ->
                                scene.crowd().viewers().forEach(FaultViewer::cut);
                        }
                        pause(Duration.ofMillis(300));
                    }));
            fate.setUncaughtExceptionHandler((thread, cause) -> failure.set(cause));
            fate.start();
            while (fate.isAlive()) {
                scene.talk(200, 500).speak();
            }
            assertThat(failure.get()).isNull();
            scene.talk(400, 1_000).speak();
            scene.endAll();
            scene.orchestrator().archives(true);

            scene.crowd().awaitTheWhole();
        } finally {
            vertx.close();
        }
    }

    private static void pause(Duration lasts) {
        try {
            Thread.sleep(lasts);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
