package dev.aideator.gateway;

import dev.aideator.events.Event;
import dev.aideator.events.EventJson;

import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Thousands of made-up messages on the channels of two runs, between events that are real. */
class HostileMessageFuzzTest extends GatewayFixture {

    private static final int MESSAGES = 4_000;
    private static final int BETWEEN_EVENTS = 100;
    private static final List<String> CHANNELS =
            List.of("output:0", "output:1", "logs:0", "logs:1", "status", "control");
    private static final List<String> NAMES = List.of(
            "run_id",
            "variation_id",
            "type",
            "timestamp",
            "content",
            "epoch",
            "seq",
            "from",
            "position",
            "data",
            "id",
            "");
    private static final List<String> PIECES = List.of(
            "\\n\\ndata: evil\\n\\n",
            "\\r\\nid: 0:9-9\\r\\n",
            "\\ud800",
            "\\udc00\\ud800",
            "\\u0000",
            "\u2028",
            "\u0085",
            "event: run_complete",
            "run_complete",
            "gap",
            "heartbeat",
            "é",
            "🙂",
            "0",
            "9-9",
            "data:",
            ":",
            " ");

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(5); pieces > 0; pieces--) {
            text.append(one(PIECES));
        }
        return text.toString();
    }

    private String value(int depth, List<String> runs) {
        return switch (random.nextInt(depth > 3 ? 7 : 9)) {
            case 0 -> "null";
            case 1 -> Long.toString(random.nextLong());
            case 2 -> "1e999999";
            case 3 -> "true";
            case 4 -> '"' + one(runs) + '"';
            case 5, 6 -> '"' + text() + '"';
            case 7 -> object(depth + 1, runs);
            default -> "[" + value(depth + 1, runs) + ",\n" + value(depth + 1, runs) + "]";
        };
    }

    private String object(int depth, List<String> runs) {
        StringBuilder object = new StringBuilder("{");
        for (int fields = random.nextInt(7); fields > 0; fields--) {
            object.append('"').append(one(NAMES)).append("\":\r\n").append(value(depth, runs));
            object.append(fields > 1 ? "," : "");
        }
        return object.append('}').toString();
    }

    /** Whoever reaches Redis may number what is next; so nothing here is the next of a run, which is tested elsewhere. */
    private String numbered(List<String> runs) {
        return "{\"run_id\":\"%s\",\"variation_id\":\"%d\",\"type\":\"%s\",\"epoch\":%d,\"seq\":%d,\"content\":\"%s\"}"
                .formatted(
                        one(runs),
                        random.nextInt(3),
                        text(),
                        random.nextInt(3),
                        one(List.of(0L, 100_000L, 4294967295L, Long.MAX_VALUE)),
                        text());
    }

    private Buffer message(List<String> runs) {
        String text =
                switch (random.nextInt(6)) {
                    case 0 -> numbered(runs);
                    case 1 -> text();
                    case 2 -> "{\"a\":".repeat(random.nextInt(300)) + value(0, runs) + "}".repeat(random.nextInt(300));
                    default -> object(0, runs);
                };
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(4) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(10) == 0
                ? Buffer.buffer(bytes).slice(0, random.nextInt(bytes.length + 1))
                : Buffer.buffer(bytes);
    }

    private SseViewer caughtUp(String run) {
        SseViewer viewer = add(SseViewer.once(gateway.port(), "/api/v1/runs/" + run + "/stream/redis", null));
        until(() -> viewer.ofType("caught_up").size() == 1
                && redis(Command.PUBSUB, "NUMSUB", "run:" + run + ":output:0")
                                .get(1)
                                .toInteger()
                        == 1);
        return viewer;
    }

    private void publish(String run, Buffer message) {
        Await.of(redis.send(Request.cmd(Command.PUBLISH)
                .arg("run:" + run + ":" + one(CHANNELS))
                .arg(message)));
    }

    @Test
    void whatever_is_published_streams_stay_whole_and_each_run_with_its_viewers() {
        openAll();
        String otherId = UUID.randomUUID().toString();
        orchestrator.run(otherId, 2);
        RunInRedis other = new RunInRedis(redis, otherId);
        other.open(V0, 1);
        other.open(V1, 1);
        List<String> runs = List.of(runId, otherId);
        SseViewer mine = caughtUp(runId);
        SseViewer others = caughtUp(otherId);
        SseViewer both = add(SseViewer.once(gateway.port(), "/api/v1/stream?run=" + runId + "&run=" + otherId, null));
        until(() -> both.ofType("caught_up").size() == 2);

        for (int i = 0; i < MESSAGES; i++) {
            publish(one(runs), message(runs));
            if (i % BETWEEN_EVENTS == 0) {
                run.say(i / BETWEEN_EVENTS % 2, "mine");
                other.say(0, "other");
            }
        }
        // Larger than what Redis holds for a subscriber: it drops the connection.
        publish(runId, Buffer.buffer(new byte[50_000_000]));
        run.say(0, "last");
        other.say(0, "last");

        hasExactly(mine, run, runId);
        hasExactly(others, other, otherId);
        until(() -> both.events(runId).size() == run.lines().size()
                && both.events(otherId).size() == other.lines().size());
        assertThat(both.violations()).as("seed %d", seed).isEmpty();
    }

    private void hasExactly(SseViewer viewer, RunInRedis run, String id) {
        until(() -> viewer.events().size() == run.lines().size());
        assertThat(viewer.violations()).as("seed %d", seed).isEmpty();
        assertThat(viewer.events())
                .as("seed %d", seed)
                .extracting(SseViewer.Received::data)
                .containsExactlyInAnyOrderElementsOf(run.events().stream()
                        .map((Event event) -> EventJson.encode(event))
                        .toList());
        assertThat(viewer.received())
                .as("seed %d", seed)
                .allSatisfy(received ->
                        assertThat(received.json().getString("run_id")).isEqualTo(id))
                .noneSatisfy(received -> assertThat(received.type()).isEqualTo("run_complete"));
    }
}
