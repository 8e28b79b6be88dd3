package dev.aideator.agent.publish;

import dev.aideator.agent.end.Ending;
import dev.aideator.agent.end.Stop;
import dev.aideator.agent.task.Attempt;
import dev.aideator.agent.task.Secrets;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.redis.RedisAccess;
import dev.aideator.servers.EmbeddedCluster;
import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.EmbeddedSentinel;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An agent that speaks to a Redis of several servers, all of them real. */
class PublisherToManyTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PASSWORD = "a-password";

    private final RunKeys keys = new RunKeys(UUID.randomUUID().toString());
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();

    @Test
    void a_failover_loses_and_repeats_nothing() {
        try (EmbeddedRedis master = EmbeddedRedis.temporaryWithPassword(PASSWORD);
                EmbeddedRedis replica = EmbeddedRedis.temporaryReplica(master.port(), PASSWORD);
                EmbeddedSentinel sentinel = EmbeddedSentinel.watching("mymaster", master, PASSWORD)) {
            RedisAccess access = RedisAccess.from(Map.of(
                    "REDIS_URL",
                    "redis://127.0.0.1:" + sentinel.port(),
                    "REDIS_MODE",
                    "sentinel",
                    "REDIS_MASTER",
                    "mymaster",
                    "REDIS_PASSWORD",
                    PASSWORD));
            RedisAccess replicaAlone = RedisAccess.from(Map.of("REDIS_URL", replica.url(), "REDIS_PASSWORD", PASSWORD));
            try (StreamReader behind = new StreamReader(replicaAlone, keys, Producer.variation(0));
                    Publisher publisher = publisher(access)) {
                publisher.output("before");
                await().atMost(SOON).until(() -> !behind.lines().isEmpty());

                master.process().kill();

                for (int i = 0; i < 500; i++) {
                    publisher.output("piece " + i + "\n");
                }
                publisher.end(Ending.completed());
                await().atMost(SOON).until(() -> behind.lines().equals(stdoutLines()));
            }
        }
    }

    @Test
    void a_cluster_takes_events_in_order() {
        try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
            RedisAccess access = RedisAccess.from(Map.of("REDIS_URL", cluster.urls(), "REDIS_MODE", "cluster"));
            try (StreamReader reader = new StreamReader(access, keys, Producer.variation(0));
                    Publisher publisher = publisher(access)) {
                for (int i = 0; i < 20_000; i++) {
                    publisher.output("piece " + i + " " + "z".repeat(100) + "\n");
                }
                publisher.end(Ending.completed());
                await().atMost(SOON)
                        .until(() -> reader.lines().size() >= stdoutLines().size());
                assertThat(reader.lines()).isEqualTo(stdoutLines());
            }
        }
    }

    /** Started by hand, so that the runner opens its attempt itself. */
    private Publisher publisher(RedisAccess access) {
        Attempt attempt = new Attempt(keys, Producer.variation(0), Optional.empty(), Optional.of(access));
        return Publisher.start(attempt, new Secrets(Set.of()), 64L << 20, stdout, new Stop(), Clock.systemUTC());
    }

    private List<String> stdoutLines() {
        return stdout.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
