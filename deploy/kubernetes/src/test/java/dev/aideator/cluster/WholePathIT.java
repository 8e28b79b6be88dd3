package dev.aideator.cluster;

import dev.aideator.local.PatientViewer;

import com.fasterxml.jackson.databind.JsonNode;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A run from its request to its pick, its agents in pods. */
@Tag("cluster")
class WholePathIT {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    @AutoClose
    private static HostStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = HostStack.start(Map.of());
    }

    @Test
    void three_agents_survey_a_repository_and_one_is_picked() throws Exception {
        String run = stack.survey(3);
        try (PatientViewer redis = PatientViewer.watch(stack.stream(run));
                PatientViewer logs = PatientViewer.watch(stack.logsStream(run))) {
            JsonNode end = redis.awaitComplete(LONG_ENOUGH);
            logs.awaitComplete(LONG_ENOUGH);
            assertThat(end.path("state").asText()).as(stack.run(run).prettify()).isEqualTo("completed");
            assertThat(redis.faults()).isEmpty();
            assertThat(logs.faults()).isEmpty();
            for (int variation = 0; variation < 3; variation++) {
                String kept = stack.output(run, variation);
                assertThat(kept).hasSizeGreaterThan(300);
                assertThat(redis.text(variation)).isEqualTo(kept);
                assertThat(logs.text(variation)).isEqualTo(kept);
            }
        }
        stack.api()
                .body(Map.of("variation_id", 1))
                .post("/api/v1/runs/" + run + "/select")
                .then()
                .statusCode(200);
        assertThat(stack.run(run).getInt("pick.variation_id")).isEqualTo(1);
        stack.awaitTidy();
    }

    @Test
    void a_stream_from_the_logs_is_replayed_from_the_archive_when_the_pod_is_gone() throws Exception {
        String run = stack.shell(1, "echo one; echo two");
        JsonPath end = stack.ended(run);
        assertThat(end.getString("state")).as(end.prettify()).isEqualTo("completed");
        stack.awaitTidy();
        try (PatientViewer replay = PatientViewer.watch(stack.logsStream(run))) {
            replay.awaitComplete(LONG_ENOUGH);
            assertThat(replay.faults()).isEmpty();
            assertThat(replay.text(0)).isEqualTo("one\ntwo\n");
        }
    }

    @Test
    void a_retry_reopens_the_run_for_those_who_watch_it() throws Exception {
        String run = stack.shell(2, "echo attempt; exit 3");
        JsonPath first = stack.ended(run);
        assertThat(first.getString("state")).isEqualTo("failed");
        stack.api().post("/api/v1/runs/" + run + "/variations/1/retry").then().statusCode(202);
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            viewer.awaitComplete(LONG_ENOUGH);
            assertThat(viewer.faults()).isEmpty();
        }
        JsonPath second =
                await().atMost(HostStack.SOON).until(() -> stack.run(run), json -> json.get("ended_at") != null);
        assertThat(second.getList("variations.attempt", Integer.class)).containsExactly(1, 2);
        assertThat(second.getString("state")).isEqualTo("failed");
    }
}
