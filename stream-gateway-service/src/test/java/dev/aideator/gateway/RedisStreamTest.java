package dev.aideator.gateway;

import dev.aideator.events.Event;
import dev.aideator.events.EventJson;

import io.vertx.redis.client.Command;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class RedisStreamTest extends GatewayFixture {

    @Test
    void replays_a_run_byte_for_byte_and_says_when_it_is_live() {
        openAll();
        run.status(null, "running");
        run.say(0, "first\n\"<b>\" — 🚀");
        run.say(1, "other");
        run.say(0, "second");

        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);

        assertThat(viewer.status()).isEqualTo(200);
        assertThat(viewer.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(viewer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(viewer.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(viewer.events()).extracting(SseViewer.Received::data).isEqualTo(run.lines());
        assertThat(viewer.lastId()).isEqualTo("0:1-2,1:1-1,run:1-1");
        assertThat(viewer.received().getLast().type()).isEqualTo("caught_up");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void carries_what_happens_to_ten_viewers_as_it_happens() {
        openAll();
        List<SseViewer> viewers = IntStream.range(0, 10).mapToObj(i -> watch()).toList();
        until(() ->
                viewers.stream().allMatch(viewer -> viewer.ofType("caught_up").size() == 1));

        for (int i = 0; i < 200; i++) {
            run.say(i % 2, "line " + i + "\n");
        }
        endAll();

        until(() -> viewers.stream().allMatch(SseViewer::isOver));
        assertThat(viewers).allSatisfy(viewer -> {
            assertThat(viewer.events())
                    .extracting(SseViewer.Received::data)
                    .containsExactlyInAnyOrderElementsOf(run.lines());
            assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
            assertThat(viewer.lastId()).isEqualTo(run.position().toString());
            assertThat(viewer.violations()).isEmpty();
        });
        assertThat(redis(Command.PUBSUB, "NUMSUB", "run:" + runId + ":output:0")
                        .get(1)
                        .toInteger())
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void an_ended_run_is_replayed_and_then_there_is_no_more() {
        openAll();
        run.say(0, "all");
        endAll();

        SseViewer viewer = add(SseViewer.persistent(gateway.port(), path()));
        until(viewer::isOver);

        assertThat(viewer.events())
                .extracting(SseViewer.Received::data)
                .containsExactlyInAnyOrderElementsOf(run.lines());
        assertThat(viewer.connections()).isEqualTo(2);
        assertThat(viewer.status()).isEqualTo(204);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void resumes_after_every_id_it_ever_gave_with_all_that_lacks_and_nothing_else() {
        openAll();
        SseViewer live = watch();
        until(() -> live.ofType("caught_up").size() == 1);
        for (int i = 0; i < 12; i++) {
            run.say(i % 3 == 0 ? 1 : 0, "line " + i);
            if (i % 4 == 0) {
                run.status(i % 2, "running");
            }
        }
        endAll();
        until(live::isOver);

        List<String> ids = live.events().stream().map(SseViewer.Received::id).toList();
        for (int seen = 0; seen < ids.size(); seen++) {
            SseViewer resumed = watchFrom(ids.get(seen));
            until(resumed::isOver);
            List<String> before = live.events().subList(0, seen + 1).stream()
                    .map(SseViewer.Received::data)
                    .toList();
            List<String> expected =
                    run.lines().stream().filter(line -> !before.contains(line)).toList();
            assertThat(resumed.events())
                    .extracting(SseViewer.Received::data)
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(resumed.status()).isEqualTo(seen == ids.size() - 1 ? 204 : 200);
            assertThat(resumed.violations()).isEmpty();
        }
    }

    @Test
    void first_event_reaches_a_viewer_within_milliseconds() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        run.say(0, "warm up");
        until(() -> viewer.events().size() == 1);
        long worst = 0;
        long sum = 0;
        for (int i = 0; i < 200; i++) {
            int expected = i + 2;
            long start = System.nanoTime();
            Event event = run.say(0, "line " + i);
            until(() -> viewer.events().size() == expected);
            assertThat(viewer.events().getLast().data()).isEqualTo(EventJson.encode(event));
            long took = viewer.events().getLast().nanos() - start;
            worst = Math.max(worst, took);
            sum += took;
        }
        System.out.printf("append to viewer: mean %.2f ms, worst %.2f ms%n", sum / 200 / 1e6, worst / 1e6);
        assertThat(worst).isLessThan(2_000_000_000L);
    }
}
