package dev.aideator.gateway;

import dev.aideator.events.Event;
import dev.aideator.events.Payload;
import dev.aideator.events.StreamAnswer;

import io.vertx.redis.client.Command;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What breaks on the way, with viewers watching. */
class FaultTest extends GatewayFixture {

    @Override
    Map<String, String> settings() {
        return Map.of(
                // Long, so that what is found was found by repair and not by the periodic look.
                "aideator.gateway.hub.check", "60s",
                // Nor from logs: there are none, and a slow restart of Redis is no reason to call its events gone.
                "aideator.gateway.redis.fallback-after", "60s");
    }

    @Test
    void nothing_is_lost_or_repeated_when_redis_is_killed_and_comes_back() {
        openAll();
        List<SseViewer> viewers = IntStream.range(0, 3).mapToObj(i -> watch()).toList();
        until(() ->
                viewers.stream().allMatch(viewer -> viewer.ofType("caught_up").size() == 1));
        for (int i = 0; i < 50; i++) {
            run.say(i % 2, "before " + i);
        }
        redis(Command.BGREWRITEAOF);
        until(() -> viewers.stream().allMatch(viewer -> viewer.events().size() == 50));

        server.process().kill();
        server = server.restart();
        until(() -> Await.of(redis.send(io.vertx.redis.client.Request.cmd(Command.PING))
                .map(pong -> true)
                .otherwise(false)));
        for (int i = 0; i < 50; i++) {
            int number = i;
            // The last second before the kill may be missing on disk: the runner sends it again.
            Event event = run.make(i % 2 == 0 ? V0 : V1, new Payload.AgentOutput("after " + number));
            until(() -> deliver(event));
        }
        endAll();

        until(() -> viewers.stream().allMatch(SseViewer::isOver));
        assertThat(viewers).allSatisfy(viewer -> {
            assertThat(viewer.violations()).isEmpty();
            assertThat(viewer.events())
                    .extracting(SseViewer.Received::data)
                    .containsExactlyInAnyOrderElementsOf(run.lines());
            assertThat(viewer.connections()).isEqualTo(1);
        });
    }

    private boolean deliver(Event event) {
        StreamAnswer answer = Await.of(run.stream(event.producer()).append(event));
        if (answer instanceof StreamAnswer.Hole hole) {
            run.events().stream()
                    .filter(lost -> lost.producer().equals(event.producer())
                            && lost.id().isAfter(hole.last())
                            && event.id().isAfter(lost.id()))
                    .forEach(lost -> Await.of(run.stream(lost.producer()).append(lost)));
            return false;
        }
        return true;
    }

    @Test
    void a_cut_subscription_is_made_again_and_what_it_missed_is_read() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        for (int round = 0; round < 5; round++) {
            int expected = (round + 1) * 4;
            run.say(0, "before");
            redis(Command.CLIENT, "KILL", "TYPE", "pubsub");
            run.say(0, "meanwhile");
            run.say(1, "meanwhile");
            run.say(0, "meanwhile");
            until(() -> viewer.events().size() == expected);
        }
        assertThat(viewer.violations()).isEmpty();
        assertThat(gateway.count("gateway.redis.pubsub.connects")).isGreaterThan(1);
    }

    @Test
    void a_subscription_that_hangs_is_given_up() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        double before = gateway.count("gateway.redis.pubsub.connects");
        // Redis stops answering for longer than the watchdog waits.
        redis(Command.CLIENT, "PAUSE", "1200", "ALL");
        until(() -> gateway.count("gateway.redis.pubsub.connects") > before);
        run.say(0, "afterwards");
        until(() -> viewer.events().size() == 1);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void a_viewer_who_is_cut_off_comes_back_for_the_rest() throws Exception {
        openAll();
        SseViewer viewer = add(SseViewer.persistent(gateway.port(), path()));
        until(() -> viewer.ofType("caught_up").size() == 1);
        for (int i = 0; i < 60; i++) {
            run.say(i % 2, "line " + i);
            if (i % 10 == 5) {
                viewer.cut();
            }
        }
        endAll();
        until(viewer::isOver);
        assertThat(viewer.status()).isEqualTo(204);
        assertThat(viewer.violations()).isEmpty();
        assertThat(viewer.events())
                .extracting(SseViewer.Received::data)
                .containsExactlyInAnyOrderElementsOf(run.lines());
    }

    @Test
    void without_redis_an_ended_run_is_still_there() {
        openAll();
        run.say(0, "kept");
        endAll();
        run.events().forEach(event -> known.archive(event.producer(), dev.aideator.events.EventJson.encode(event)));
        try (TestGateway alone = new TestGateway("redis://127.0.0.1:1", orchestrator.url(), Map.of())) {
            SseViewer viewer = add(SseViewer.persistent(alone.port(), path()));
            until(viewer::isOver);
            assertThat(viewer.status()).isEqualTo(204);
            assertThat(viewer.events())
                    .extracting(SseViewer.Received::data)
                    .containsExactlyInAnyOrderElementsOf(run.lines());
        }
    }

    @Test
    void the_gateways_end_closes_streams_that_go_on_elsewhere() {
        openAll();
        run.say(0, "one");
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        try (TestGateway ending = new TestGateway(server.url(), orchestrator.url(), Map.of())) {
            SseViewer there = add(SseViewer.once(ending.port(), path(), null));
            until(() -> there.ofType("caught_up").size() == 1);
            ending.gateway().drain();
            until(there::isOver);
            SseViewer late = add(SseViewer.once(ending.port(), path(), null));
            until(() -> late.status() == 503);
            assertThat(late.header("Retry-After")).isNotNull();
            SseViewer back = watchFrom(there.lastId());
            until(() -> back.ofType("caught_up").size() == 1);
            assertThat(back.events()).isEmpty();
        }
    }
}
