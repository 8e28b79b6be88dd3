package dev.aideator.gateway;

import dev.aideator.events.EventJson;

import org.junit.jupiter.api.Test;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A window that is soon too small. */
class SlowViewerTest extends GatewayFixture {

    private static final int EVENTS = 6_000;

    @Override
    Map<String, String> settings() {
        return Map.of("aideator.gateway.hub.window", "65536", "aideator.gateway.hub.write", "16384");
    }

    private void sayMuch() {
        String text = "x".repeat(1_500);
        for (int i = 0; i < EVENTS; i++) {
            run.say(i % 2, i + text);
        }
    }

    @Test
    void a_viewer_who_does_not_read_gets_everything_later_and_holds_nobody_up() {
        openAll();
        SseViewer slow = add(SseViewer.paused(gateway.port(), path()));
        SseViewer fast = watch();
        until(() -> fast.ofType("caught_up").size() == 1);
        sayMuch();
        endAll();
        until(fast::isOver);
        assertThat(slow.events()).isEmpty();

        slow.resume();
        until(slow::isOver);

        for (SseViewer viewer : new SseViewer[] {fast, slow}) {
            assertThat(viewer.violations()).isEmpty();
            assertThat(viewer.events()).hasSize(run.lines().size());
            assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
            assertThat(viewer.lastId()).isEqualTo(run.position().toString());
        }
        assertThat(gateway.count("gateway.viewers.behind")).isGreaterThanOrEqualTo(1);
    }

    @Test
    void who_resumes_far_behind_the_window_is_read_forward_from_the_archive() {
        openAll();
        for (int i = 0; i < 1_000; i++) {
            known.archive(V0, EventJson.encode(run.say(0, i + "x".repeat(500))));
        }
        redis(io.vertx.redis.client.Command.XTRIM, "run:{" + runId + "}:events:0", "MAXLEN", "50");
        SseViewer first = watch();
        until(() -> first.ofType("caught_up").size() == 1);
        assertThat(first.events()).hasSize(1_000);

        SseViewer resumed = watchFrom("0:1-10");
        until(() -> resumed.ofType("caught_up").size() == 1);
        run.say(1, "and on");
        until(() -> resumed.events().size() == 991 && first.events().size() == 1_001);
        assertThat(resumed.events())
                .extracting(SseViewer.Received::data)
                .isEqualTo(run.lines().subList(10, 1_001));
        assertThat(resumed.violations()).isEmpty();
        assertThat(first.violations()).isEmpty();
    }
}
