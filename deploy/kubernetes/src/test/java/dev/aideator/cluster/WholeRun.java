package dev.aideator.cluster;

import dev.aideator.local.PatientViewer;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

/** What AIdeator is for, through a deployed stack: agents at work on one task, watched side by side, one of them picked. */
final class WholeRun {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(4);

    private WholeRun() {}

    /** Returns the run's id. */
    static String through(DeployedStack stack, int variations) throws Exception {
        String run = stack.start("What is risky here?", "survey", variations);
        try (PatientViewer front = stack.watch(run);
                PatientViewer direct = stack.watchGateway(run)) {
            JsonNode end = await(stack, front);
            await(stack, direct);
            assertThat(end.path("state").asText()).as(end.toString()).isEqualTo("completed");
            assertThat(front.faults()).isEmpty();
            assertThat(direct.faults()).isEmpty();
            for (int variation = 0; variation < variations; variation++) {
                String kept = stack.api()
                        .get("/runs/{id}/variations/{n}/output", run, variation)
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString();
                assertThat(kept).hasSizeGreaterThan(200);
                assertThat(front.text(variation)).isEqualTo(kept);
                assertThat(direct.text(variation)).isEqualTo(kept);
            }
        }
        stack.api()
                .body(Map.of("variation_id", 0, "reason", "It saw the most"))
                .post("/runs/{id}/select", run)
                .then()
                .statusCode(200);
        return run;
    }

    /** That a run which was picked from is still there, with its pick. */
    static void isKept(DeployedStack stack, String run) {
        stack.api()
                .get("/runs/{id}", run)
                .then()
                .statusCode(200)
                .body("state", equalTo("completed"))
                .body("pick.variation_id", equalTo(0));
    }

    private static JsonNode await(DeployedStack stack, PatientViewer viewer) throws Exception {
        try {
            return viewer.awaitComplete(LONG_ENOUGH);
        } catch (TimeoutException e) {
            throw new AssertionError("The run did not end.\n" + stack.describe(), e);
        }
    }
}
