package dev.aideator.gateway;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamAnswer;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Redis is killed and comes back, and the streams that are read from it go on from the agents' logs meanwhile. */
class FallbackTest extends GatewayFixture {

    @TempDir
    static Path attempts;

    private boolean redisIsThere = true;

    @Override
    Map<String, String> settings() {
        return Map.of(
                "aideator.gateway.log.attempts-dir", attempts.toString(),
                "aideator.gateway.log.poll", "20ms",
                "aideator.gateway.log.run-poll", "50ms",
                "aideator.gateway.redis.fallback-after", "500ms",
                "aideator.gateway.redis.fallback-probe", "100ms",
                "aideator.gateway.hub.check", "500ms");
    }

    /** What a runner does with an event: it stands in its log, and in Redis as soon as that takes it. */
    void print(Event event) {
        try {
            Path file = AttemptFolder.of(
                            attempts,
                            runId,
                            event.producer().index(),
                            event.id().epoch())
                    .stdout();
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    EventJson.encode(event) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Event say(int variation, Payload payload) {
        Event event = run.make(Producer.variation(variation), payload);
        print(event);
        publish(event);
        return event;
    }

    private void say(int variation, String content) {
        say(variation, new Payload.AgentOutput(content));
    }

    /** What the orchestrator does: the event stands in its rows, and in Redis as soon as that takes it. */
    private Event tell(Payload payload) {
        Event event = run.make(RUN, payload);
        known.archive(RUN, EventJson.encode(event));
        publish(event);
        return event;
    }

    private void publish(Event event) {
        if (redisIsThere) {
            until(() -> deliver(event));
        }
    }

    /** Redis may have lost its last second, or not have heard what came while it was away: that is sent again. */
    private boolean deliver(Event event) {
        StreamAnswer answer = Await.of(run.stream(event.producer()).append(event));
        if (!(answer instanceof StreamAnswer.Hole hole)) {
            return true;
        }
        run.events().stream()
                .filter(lost -> lost.producer().equals(event.producer())
                        && lost.id().isAfter(hole.last())
                        && event.id().isAfter(lost.id()))
                .forEach(lost -> Await.of(run.stream(lost.producer()).append(lost)));
        return false;
    }

    private void killRedis() {
        server.process().kill();
        redisIsThere = false;
    }

    private void restartRedis() {
        server = server.restart();
        until(() ->
                Await.of(redis.send(Request.cmd(Command.PING)).map(pong -> true).otherwise(false)));
        redisIsThere = true;
    }

    @AfterEach
    void redisIsThereForTheNextTest() {
        if (!redisIsThere) {
            restartRedis();
        }
    }

    private void begin() {
        openAll();
        // What is on disk before the first kill.
        redis(Command.BGREWRITEAOF);
        until(() -> redis(Command.INFO, "persistence").toString().contains("aof_rewrite_in_progress:0"));
        tell(new Payload.Status(null, null, "running", null, null, null));
    }

    private void end() {
        for (int variation = 0; variation < 2; variation++) {
            Event last = say(variation, new Payload.AgentComplete(Outcome.COMPLETED, "done", null));
            run.events().stream()
                    .filter(event -> event.producer().equals(last.producer()))
                    .forEach(event -> known.archive(last.producer(), EventJson.encode(event)));
            known.attempt(last.producer(), 1, last.id().seq());
            if (redisIsThere) {
                run.seal(last.producer());
            }
            tell(new Payload.Status(variation, 1L, "ended", Outcome.COMPLETED, "done", null));
        }
        known.end(tell(run.completion()).id().toString());
    }

    private static List<String> sources(SseViewer viewer) {
        return viewer.ofType("source_changed").stream()
                .map(event -> event.json().getString("source"))
                .toList();
    }

    private void untilAllHaveAll(List<SseViewer> viewers) {
        until(() -> viewers.stream()
                .allMatch(viewer -> viewer.events().size() == run.lines().size()));
    }

    @Test
    void viewers_miss_nothing_and_get_nothing_twice_however_often_redis_comes_and_goes() {
        begin();
        List<SseViewer> viewers = new ArrayList<>(List.of(watch(), watch(), watch()));
        until(() ->
                viewers.stream().allMatch(viewer -> viewer.ofType("caught_up").size() == 1));
        for (int round = 0; round < 3; round++) {
            int seen = round;
            for (int i = 0; i < 40; i++) {
                say(i % 2, "with redis " + i + " — 🚀\n");
            }
            killRedis();
            for (int i = 0; i < 40; i++) {
                say(i % 2, "without redis " + i + "x".repeat(i * 50));
            }
            tell(new Payload.Status(0, 1L, "running", null, null, null));
            untilAllHaveAll(viewers);
            // A run that another test watched may be among them.
            assertThat(gateway.gauge("gateway.hubs.elsewhere")).isGreaterThanOrEqualTo(1);
            assertThat(viewers.subList(0, 3))
                    .allSatisfy(viewer ->
                            assertThat(sources(viewer)).hasSize(2 * seen + 1).endsWith("logs"));

            restartRedis();
            // While Redis still lacks what was said without it.
            until(() -> viewers.stream()
                    .allMatch(viewer -> sources(viewer).isEmpty()
                            || sources(viewer).getLast().equals("redis")));
            for (int i = 0; i < 40; i++) {
                say(i % 2, "with redis again " + i);
            }
            tell(new Payload.Status(1, 1L, "running", null, null, null));
            untilAllHaveAll(viewers);
            viewers.add(watch());
        }
        end();
        until(() -> viewers.stream().allMatch(SseViewer::isOver));
        assertThat(viewers).allSatisfy(viewer -> {
            assertThat(viewer.violations()).isEmpty();
            assertThat(viewer.events())
                    .extracting(SseViewer.Received::data)
                    .containsExactlyInAnyOrderElementsOf(run.lines());
            assertThat(viewer.connections()).isEqualTo(1);
        });
        assertThat(viewers.getFirst().ofType("source_changed").getFirst().json().fieldNames())
                .containsExactly("run_id", "variation_id", "type", "timestamp", "source", "reason");
    }

    @Test
    void who_comes_while_redis_is_away_gets_the_stream_and_is_told_where_it_is_from() {
        begin();
        say(0, "one ");
        say(1, "other ");
        SseViewer before = watch();
        until(() -> before.ofType("caught_up").size() == 1);
        killRedis();
        say(0, "two ");
        until(() -> before.output(0).equals("one two "));

        // One to a run that is watched, one with an id from Redis, one to a run that nobody watches yet.
        SseViewer late = watch();
        SseViewer back = watchFrom(before.events().getFirst().id());
        try (TestGateway next = new TestGateway(server.url(), orchestrator.url(), settings())) {
            SseViewer elsewhere = add(SseViewer.once(next.port(), path(), null));
            until(() -> late.output(0).equals("one two ")
                    && elsewhere.output(0).equals("one two ")
                    && back.events().size() == before.events().size() - 1);
            until(() -> elsewhere.ofType("caught_up").size() == 1);
            assertThat(List.of(before, late, back, elsewhere)).allSatisfy(viewer -> {
                assertThat(viewer.status()).isEqualTo(200);
                assertThat(sources(viewer)).containsExactly("logs");
                assertThat(viewer.violations()).isEmpty();
            });
            assertThat(late.received().getFirst().type()).isEqualTo("source_changed");
        }
    }

    @Test
    void a_run_that_ends_without_redis_is_complete() {
        begin();
        say(0, "one");
        SseViewer viewer = add(SseViewer.persistent(gateway.port(), path()));
        until(() -> viewer.ofType("caught_up").size() == 1);
        killRedis();
        say(0, "two");
        say(1, "other");
        end();
        until(viewer::isOver);
        assertThat(viewer.status()).isEqualTo(204);
        assertThat(viewer.violations()).isEmpty();
        assertThat(viewer.events())
                .extracting(SseViewer.Received::data)
                .containsExactlyInAnyOrderElementsOf(run.lines());
    }

    @Test
    void a_short_absence_is_nothing_to_tell() {
        begin();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        redis(Command.CLIENT, "KILL", "TYPE", "pubsub");
        redis(Command.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
        say(0, "after");
        until(() -> viewer.output(0).equals("after"));
        assertThat(sources(viewer)).isEmpty();
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void who_asks_for_the_logs_gets_nothing_from_redis() {
        begin();
        say(0, "in both ");
        SseViewer logs = add(SseViewer.once(gateway.port(), logPath(), null));
        SseViewer redis = watch();
        run.say(0, "in redis only");
        run.say(1, "in redis only");
        until(() -> redis.output(0).endsWith("only") && redis.output(1).endsWith("only"));
        tell(new Payload.Status(0, 1L, "running", null, null, null));
        until(() -> logs.ofType("status").size() == 2);
        assertThat(logs.output(0)).isEqualTo("in both ");
        assertThat(logs.output(1)).isEmpty();
        assertThat(sources(logs)).isEmpty();
    }

    @Test
    void a_run_that_only_lives_in_redis_waits_for_redis() {
        SseViewer viewer = add(SseViewer.once(gateway.port(), "/api/v1/runs/by-hand/stream/redis", null));
        until(() -> viewer.ofType("caught_up").size() == 1);
        killRedis();
        until(() -> !gateway.gateway().hasSubscription());
        restartRedis();
        until(() -> gateway.gateway().hasSubscription());
        redis(Command.PUBLISH, "run:by-hand:output:0", "{\"content\":\"hello\"}");
        until(() -> viewer.output(0).equals("hello"));
        assertThat(sources(viewer)).isEmpty();
    }
}
