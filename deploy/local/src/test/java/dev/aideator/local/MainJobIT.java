package dev.aideator.local;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

/** What AIdeator is for: three agents at work on one task, watched side by side, and one of them picked. */
class MainJobIT {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = TestStack.start(folder.resolve("home"), Map.of());
    }

    @AfterAll
    static void stop() {
        stack.close();
        assertThat(HomeProcesses.of(folder.resolve("home"))).isEmpty();
    }

    @Test
    void three_agents_survey_this_repository_and_the_pick_outlives_a_restart() throws Exception {
        String run = watchThreeSurveys(TestStack.CHECKOUT.toUri());

        stack.api()
                .body(Map.of("variation_id", 1, "reason", "It saw the most"))
                .post("/runs/{id}/select", run)
                .then()
                .statusCode(200);
        stack.restart();

        stack.api()
                .get("/runs/{id}", run)
                .then()
                .statusCode(200)
                .body("state", equalTo("completed"))
                .body("pick.variation_id", equalTo(1))
                .body("pick.reason", equalTo("It saw the most"));
        stack.api().get("/runs").then().statusCode(200).body("runs.run_id", hasItem(run));
        try (PatientViewer replay = PatientViewer.watch(stack.stream(run))) {
            replay.awaitComplete(LONG_ENOUGH);
            assertThat(replay.text(2)).isEqualTo(stack.output(run, 2));
        }
    }

    @Test
    void three_agents_survey_a_large_repository_served_over_http() throws Exception {
        Path repositories = Files.createDirectory(folder.resolve("repositories"));
        LargeRepository.create(repositories.resolve("large.git"));
        try (GitHttpServer git = GitHttpServer.serve(repositories)) {
            String run = watchThreeSurveys(git.address("large.git"));
            assertThat(stack.output(run, 0)).contains("Java");
        }
    }

    /** Watches through both doors and compares with what is kept. */
    private String watchThreeSurveys(URI repository) throws Exception {
        String run = stack.start(repository, "What is risky here?", "survey", 3);
        try (PatientViewer front = PatientViewer.watch(stack.stream(run));
                PatientViewer direct = PatientViewer.watch(stack.gatewayStream(run))) {
            JsonNode end = front.awaitComplete(LONG_ENOUGH);
            direct.awaitComplete(LONG_ENOUGH);
            assertThat(end.path("state").asText()).isEqualTo("completed");
            assertThat(front.faults()).isEmpty();
            assertThat(direct.faults()).isEmpty();
            assertThat(direct.events()).containsExactlyInAnyOrderElementsOf(front.events());
            for (int variation = 0; variation < 3; variation++) {
                String kept = stack.output(run, variation);
                assertThat(kept).hasSizeGreaterThan(500);
                assertThat(front.text(variation)).isEqualTo(kept);
                assertThat(direct.text(variation)).isEqualTo(kept);
            }
            assertThat(stack.output(run, 0)).isNotEqualTo(stack.output(run, 1));
        }
        return run;
    }
}
