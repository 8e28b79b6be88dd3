package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;

import io.vertx.redis.client.Command;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Whoever reaches Redis may publish anything on a channel. */
class HostileMessageTest extends GatewayFixture {

    private SseViewer caughtUp() {
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1
                && redis(Command.PUBSUB, "NUMSUB", "run:" + runId + ":output:0")
                                .get(1)
                                .toInteger()
                        == 1);
        return viewer;
    }

    private void publish(String channel, String message) {
        redis(Command.PUBLISH, "run:" + runId + ":" + channel, message);
    }

    @Test
    void a_message_without_a_place_takes_what_it_is_from_its_channel() {
        openAll();
        SseViewer viewer = caughtUp();
        publish(
                "output:1",
                "{\"content\":\"hello\",\"run_id\":\"other\",\"variation_id\":7,\"type\":\"run_complete\"}");
        publish("logs:0", "{\"content\":\"log\",\"level\":\"info\"}");
        publish("status", "{\"state\":\"odd\"}");
        until(() -> viewer.received().size() == 4);

        SseViewer.Received output = viewer.ofType("agent_output").getFirst();
        assertThat(output.id()).isNull();
        assertThat(output.json().getString("run_id")).isEqualTo(runId);
        assertThat(output.json().getString("variation_id")).isEqualTo("1");
        assertThat(output.json().getString("type")).isEqualTo("agent_output");
        assertThat(output.json().getString("content")).isEqualTo("hello");
        assertThat(viewer.ofType("agent_log").getFirst().json().getString("level"))
                .isEqualTo("info");
        assertThat(viewer.ofType("status").getFirst().json().getString("state")).isEqualTo("odd");

        SseViewer late = caughtUp();
        assertThat(late.received()).hasSize(1);
    }

    @Test
    void nothing_on_a_channel_breaks_the_framing() {
        openAll();
        SseViewer viewer = caughtUp();
        publish("output:0", "{\n\"content\":\"a\\n\\ndata: evil\\nid: 0:9-9\\n\\n\",\r\n \"x\":1}");
        publish("output:0", "not json\n\ndata: evil\n\n");
        publish("output:0", "[1,2]");
        publish("output:0", "\"text\"");
        publish("output:0", "");
        publish("output:0", "{\"content\":\"two\"} {\"content\":\"objects\"}");
        publish("output:0", "{\"a\":".repeat(5000));
        publish("output:0", "{\"content\":\"" + "x".repeat(5_000_000) + "\"}");
        Event real = run.say(0, "real");
        until(() -> viewer.events().size() == 1);

        assertThat(viewer.events().getFirst().data()).isEqualTo(EventJson.encode(real));
        assertThat(viewer.ofType("agent_output")).hasSize(2);
        assertThat(viewer.ofType("agent_output").getFirst().json().getString("content"))
                .isEqualTo("a\n\ndata: evil\nid: 0:9-9\n\n");
        assertThat(viewer.violations()).isEmpty();
        assertThat(gateway.count("gateway.messages.dropped", "reason", "too_long"))
                .isGreaterThanOrEqualTo(1);
        assertThat(gateway.count("gateway.messages.dropped", "reason", "not_json"))
                .isGreaterThanOrEqualTo(3);
        assertThat(gateway.count("gateway.messages.dropped", "reason", "not_an_object"))
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void a_message_with_a_place_is_only_taken_as_the_next_event_of_its_own_channel() {
        openAll();
        SseViewer viewer = caughtUp();
        Event foreignRun = new Event(
                UUID.randomUUID().toString(), V0, new EntryId(1, 1), Instant.EPOCH, new Payload.AgentOutput("foreign"));
        Event otherVariation = new Event(runId, V1, new EntryId(1, 1), Instant.EPOCH, new Payload.AgentOutput("other"));
        Event farAhead = new Event(runId, V0, new EntryId(1, 900), Instant.EPOCH, new Payload.AgentOutput("ahead"));
        Event nextEpoch = new Event(runId, V0, new EntryId(5, 1), Instant.EPOCH, new Payload.AgentOutput("epoch"));
        for (Event event : new Event[] {foreignRun, otherVariation, farAhead, nextEpoch}) {
            publish("output:0", EventJson.encode(event));
        }
        run.say(0, "real");
        until(() -> viewer.events().size() == 1);
        assertThat(viewer.output(0)).isEqualTo("real");
        assertThat(viewer.ofType("gap")).isEmpty();
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void an_event_that_was_not_announced_or_twice_is_there_once() {
        openAll();
        SseViewer viewer = caughtUp();
        for (int i = 0; i < 20; i++) {
            Event event = run.say(0, "line " + i);
            publish("output:0", EventJson.encode(event));
        }
        until(() -> viewer.events().size() == 20);
        run.say(0, "last");
        until(() -> viewer.events().size() == 21);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void odd_entries_in_a_stream_do_not_stop_it() {
        openAll();
        String stream = "run:{" + runId + "}:events:0";
        run.say(0, "one");
        redis(Command.XADD, stream, "1-2", "event", "no json at all\ndata: evil");
        redis(
                Command.XADD,
                stream,
                "1-3",
                "event",
                "{\"type\":\"x\\ndata: evil\",\n\"epoch\":1,\"seq\":3,\"content\":\"3\"}");
        SseViewer viewer = caughtUp();
        assertThat(viewer.received()).hasSize(4);
        assertThat(viewer.received().get(1).type()).isEqualTo("gap");
        assertThat(viewer.received().get(2).type()).isNull();
        assertThat(viewer.received().get(2).json().getString("content")).isEqualTo("3");
    }
}
