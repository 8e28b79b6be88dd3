package dev.aideator.gateway;

import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.StreamAnswer;
import dev.aideator.servers.Ports;

import io.vertx.redis.client.Command;
import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What the figures say while things happen. */
class MetersTest extends GatewayFixture {

    @Override
    Map<String, String> settings() {
        return Map.of("aideator.gateway.hub.check", "100ms");
    }

    private SseViewer watchToTheLast() {
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        return viewer;
    }

    @Test
    void who_watches_and_what_they_were_sent() {
        openAll();
        double writes = gateway.count("gateway.writes");
        double bytes = gateway.count("gateway.sent");
        SseViewer one = watchToTheLast();
        SseViewer two = watchToTheLast();
        assertThat(gateway.gauge("gateway.connections")).isEqualTo(2);
        assertThat(gateway.gauge("gateway.viewers")).isEqualTo(2);
        assertThat(gateway.gauge("gateway.hubs")).isGreaterThanOrEqualTo(1);
        run.say(0, "x".repeat(10_000));
        until(() -> one.events().size() == 1 && two.events().size() == 1);
        assertThat(gateway.count("gateway.writes") - writes).isGreaterThanOrEqualTo(4);
        assertThat(gateway.count("gateway.sent") - bytes).isBetween(20_000.0, 30_000.0);
        one.close();
        two.close();
        until(() -> gateway.gauge("gateway.connections") == 0 && gateway.gauge("gateway.viewers") == 0);
    }

    @Test
    void an_event_out_of_turn_is_a_repair_and_one_in_turn_is_none() {
        openAll();
        SseViewer viewer = watchToTheLast();
        double before = gateway.count("gateway.repairs");
        run.say(0, "in turn");
        until(() -> viewer.events().size() == 1);
        assertThat(gateway.count("gateway.repairs")).isEqualTo(before);

        Event lost = run.make(V0, new Payload.AgentOutput("not told of"));
        Event next = run.make(V0, new Payload.AgentOutput("told of too early"));
        redis(Command.PUBLISH, "run:" + runId + ":output:0", EventJson.encode(next));
        until(() -> gateway.count("gateway.repairs") == before + 1);
        run.append(lost);
        run.append(next);
        until(() -> viewer.events().size() == 3);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void a_gap_is_counted() {
        openAll();
        double before = gateway.count("gateway.gaps");
        run.say(0, "gone");
        run.say(0, "here");
        redis(Command.XDEL, "run:{" + runId + "}:events:0", "1-1");
        SseViewer viewer = watchToTheLast();
        assertThat(viewer.ofType("gap")).hasSize(1);
        assertThat(gateway.count("gateway.gaps")).isEqualTo(before + 1);
    }

    @Test
    void an_older_attempt_that_still_speaks_is_counted_and_not_heard() {
        openAll();
        SseViewer viewer = watchToTheLast();
        double before = gateway.count("gateway.appends.fenced");
        Event late = run.make(V0, new Payload.AgentOutput("too late"));
        run.seal(V0);
        run.open(V0, 2);
        StreamAnswer answer = Await.of(run.stream(V0).append(late));
        assertThat(answer).isInstanceOf(StreamAnswer.Fenced.class);
        until(() -> gateway.count("gateway.appends.fenced") == before + 1);
        run.say(1, "in time");
        until(() -> viewer.events().size() == 1);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void a_viewer_who_does_not_read_is_seen_behind() {
        openAll();
        SseViewer slow = add(SseViewer.paused(gateway.port(), path()));
        SseViewer fast = watchToTheLast();
        String text = "x".repeat(10_000);
        for (int i = 0; i < 1_500; i++) {
            run.say(0, text);
        }
        until(() -> fast.events().size() == 1_500);
        until(() -> gateway.gauge("gateway.viewers.lagging") + gateway.gauge("gateway.viewers.forward") == 1);
        slow.resume();
        until(() -> slow.events().size() == 1_500
                && gateway.gauge("gateway.viewers.lag") + gateway.gauge("gateway.viewers.forward") == 0);
    }

    @Test
    void whether_redis_is_there() {
        until(() -> gateway.gauge("gateway.redis.subscribed") == 1);
        assertThat(gateway.gauge("gateway.redis.away")).isZero();
        try (TestGateway without =
                new TestGateway("redis://127.0.0.1:" + Ports.free(), orchestrator.url(), settings())) {
            until(() -> without.gauge("gateway.redis.away") > 0.05);
            assertThat(without.gauge("gateway.redis.subscribed")).isZero();
        }
    }
}
