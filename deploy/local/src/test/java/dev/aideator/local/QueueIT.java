package dev.aideator.local;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

/** Two agents may work at once here; the rest wait, and each can be told to stop. */
class QueueIT {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        Map<String, String> settings = new HashMap<>(TestStack.PATIENT_AGENT);
        settings.put("MAX_PARALLEL_AGENTS", "2");
        stack = TestStack.start(folder.resolve("home"), settings);
    }

    @AfterAll
    static void stop() {
        stack.close();
        assertThat(HomeProcesses.of(folder.resolve("home"))).isEmpty();
    }

    @Test
    void more_agents_than_may_work_wait_their_turn() throws Exception {
        Path gate = gate();
        String run = stack.start(TestStack.CHECKOUT.toUri(), gate.toString(), "patient", 3);
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            await().atMost(LONG_ENOUGH)
                    .until(() -> states(run).stream().filter("running"::equals).count() == 2);
            assertThat(states(run)).containsOnlyOnce("queued");
            assertThat(runners()).isEqualTo(2);

            Files.createFile(gate);
            assertThat(viewer.awaitComplete(LONG_ENOUGH).path("state").asText()).isEqualTo("completed");
            assertThat(states(run)).containsOnly("ended");
            assertThat(viewer.faults()).isEmpty();
        }
    }

    @Test
    void one_variation_is_cancelled_and_the_other_goes_on() throws Exception {
        Path gate = gate();
        String run = stack.start(TestStack.CHECKOUT.toUri(), gate.toString(), "patient", 2);
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            await().atMost(LONG_ENOUGH)
                    .until(() ->
                            viewer.text(0).contains("line 5") && viewer.text(1).contains("line 5"));
            stack.api().delete("/runs/{id}/variations/0", run).then().statusCode(org.hamcrest.Matchers.lessThan(300));
            await().atMost(LONG_ENOUGH).until(() -> states(run).getFirst().equals("ended"));
            assertThat(states(run).getLast()).isEqualTo("running");

            Files.createFile(gate);
            viewer.awaitComplete(LONG_ENOUGH);
            stack.api()
                    .get("/runs/{id}", run)
                    .then()
                    .body("state", equalTo("completed"))
                    .body("variations[0].outcome", equalTo("cancelled"))
                    .body("variations[1].outcome", equalTo("completed"));
            assertThat(viewer.text(0)).isEqualTo(stack.output(run, 0));
        }
    }

    @Test
    void a_cancelled_run_ends_and_stays_in_the_list() throws Exception {
        String run = stack.start(TestStack.CHECKOUT.toUri(), gate().toString(), "patient", 3);
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            await().atMost(LONG_ENOUGH).until(() -> viewer.text(0).contains("line 5"));
            stack.api().delete("/runs/{id}", run).then().statusCode(org.hamcrest.Matchers.lessThan(300));
            assertThat(viewer.awaitComplete(LONG_ENOUGH).path("state").asText()).isEqualTo("cancelled");
        }
        stack.api()
                .get("/runs/{id}", run)
                .then()
                .statusCode(200)
                .body("variations.outcome", equalTo(List.of("cancelled", "cancelled", "cancelled")));
        await().atMost(LONG_ENOUGH).until(() -> runners() == 0);
    }

    private static List<String> states(String run) {
        return stack.api().get("/runs/{id}", run).then().extract().path("variations.state");
    }

    private static long runners() {
        return HomeProcesses.of(folder.resolve("home")).stream()
                .filter(process -> HomeProcesses.commandLine(process).contains("agent-runner/target/quarkus-app"))
                .filter(process -> HomeProcesses.commandLine(process).startsWith(System.getProperty("java.home")))
                .count();
    }

    private static Path gate() {
        return folder.resolve("gate-" + UUID.randomUUID());
    }
}
