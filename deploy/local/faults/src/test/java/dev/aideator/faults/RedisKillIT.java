package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.Ports;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A Redis that is killed and comes back, with all it had, without its last writes, or empty. */
@Timeout(300)
class RedisKillIT {

    private static final int VIEWERS = 200;
    private static final int RUNS = 10;
    private static final long AWAY_SECONDS = 5;

    @TempDir
    private Path folder;

    /** What its disk still has: the kernel writes what Redis gave it, unless the machine goes down with Redis. */
    private enum Disk {
        WHOLE,
        WITHOUT_THE_LAST_WRITES,
        EMPTY
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.aideator.faults.Seeds#all")
    void redis_is_killed_and_back_after_five_seconds(long seed) {
        Server server = new Server(folder);
        try (Scene scene = new Scene(seed, Scene.at(server.redis.url()))) {
            Disk disk = Disk.values()[Math.floorMod(seed, Disk.values().length)];
            scene.gateways(2);
            // Without an archive that is near, the agents have to say again what Redis forgot.
            scene.orchestrator().archives(scene.random().nextBoolean());
            List<RunRecord> runs = scene.runs(RUNS, 2, Scene.at(server.redis.url()));
            scene.crowd().watch(runs, VIEWERS - 20);
            scene.crowd().watchTogether(runs, 20, 3);
            scene.crowd().awaitConnected();

            Thread accident = Thread.ofPlatform().unstarted(() -> server.accident(disk));
            scene.talk(3_000, 10_000)
                    .often(10, () -> scene.crowd().any(scene.random()).cut())
                    .at(scene.random().nextDouble() / 3, server::remember)
                    .at(0.33 + scene.random().nextDouble() / 3, accident::start)
                    .speak();
            scene.endAll();
            scene.orchestrator().archives(true);

            scene.crowd().awaitTheWhole();
        } finally {
            server.redis.close();
        }
    }

    /** A Redis with a disk that may forget. */
    private static final class Server {
        private final Path data;
        private EmbeddedRedis redis;
        private long remembered;

        Server(Path folder) {
            data = folder.resolve("data");
            redis = EmbeddedRedis.start(data, Ports.free(), folder.resolve("redis.log"));
        }

        private Path file() {
            return data.resolve("appendonly.aof");
        }

        /** At least what it has now will be there again. */
        void remember() {
            try {
                remembered = Files.size(file());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void accident(Disk disk) {
            redis.process().kill();
            switch (disk) {
                case WHOLE -> {}
                case WITHOUT_THE_LAST_WRITES -> keep(remembered);
                case EMPTY -> keep(0);
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(AWAY_SECONDS));
            redis = redis.restart();
        }

        private void keep(long bytes) {
            try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                channel.truncate(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
