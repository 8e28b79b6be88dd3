package dev.aideator.orchestrator;

import dev.aideator.servers.EmbeddedPostgres;
import dev.aideator.servers.EmbeddedRedis;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A PostgreSQL and a Redis for a test of the whole application, and a place for attempts' files; tests may stop and
 * restart the servers.
 */
public final class EmbeddedServers implements QuarkusTestResourceLifecycleManager {

    private static EmbeddedPostgres postgres;
    private static EmbeddedRedis redis;
    private static Path attempts;

    @Override
    public Map<String, String> start() {
        postgres = EmbeddedPostgres.temporary();
        redis = EmbeddedRedis.temporary();
        try {
            attempts = Files.createTempDirectory("aideator-attempts-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "DATABASE_URL", postgres.url(),
                "REDIS_URL", redis.url(),
                "AIDEATOR_ATTEMPTS_DIR", attempts.toString(),
                "AIDEATOR_RUNNER_COMMAND", FakeRunner.command(),
                "aideator.job.grace", "2s");
    }

    @Override
    public void stop() {
        redis.close();
        postgres.close();
        try (Stream<Path> files = Files.walk(attempts)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As if someone pulled its plug; its data stay. */
    public static void stopRedis() {
        redis.stop();
    }

    public static void restartRedis() {
        redis = redis.restart();
    }

    /** The same of PostgreSQL. */
    public static void stopPostgres() {
        postgres.stop();
    }

    public static void restartPostgres() {
        postgres = postgres.restart();
    }

    public static String redisUrl() {
        return redis.url();
    }

    public static String databaseUrl() {
        return postgres.url();
    }

    public static Path attempts() {
        return attempts;
    }
}
