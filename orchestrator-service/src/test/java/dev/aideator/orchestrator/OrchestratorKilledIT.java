package dev.aideator.orchestrator;

import dev.aideator.events.AttemptFolder;
import dev.aideator.servers.Ports;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged orchestrator, killed as the machine would kill it, and started again. */
class OrchestratorKilledIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final EmbeddedServers servers = new EmbeddedServers();
    private final int port = Ports.free();
    private Map<String, String> settings;
    private Process orchestrator;

    @TempDir
    Path folder;

    @BeforeEach
    void start_the_servers_and_an_orchestrator() throws IOException {
        settings = new HashMap<>(servers.start());
        settings.put("AIDEATOR_PORT", Integer.toString(port));
        settings.put("AIDEATOR_JOB_SWEEP_EVERY", "1s");
        start();
        awaitAnswer();
    }

    @AfterEach
    void end_everything() {
        RestAssured.given().port(port).post("/internal/v1/drain");
        orchestrator.destroyForcibly().onExit().join();
        servers.stop();
    }

    private void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        "target/quarkus-app/quarkus-run.jar")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/orchestrator-killed.log")));
        builder.environment().putAll(settings);
        orchestrator = builder.start();
    }

    private void awaitAnswer() {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> RestAssured.given().port(port).get("/api/v1/runs").statusCode() == 200);
    }

    /** SIGKILL, and to it alone: the agents go on. */
    private void kill() {
        orchestrator.destroyForcibly().onExit().join();
    }

    private UUID post(int variations, String... script) {
        String id = RestAssured.given()
                .port(port)
                .contentType("application/json")
                .body(Map.of(
                        "github_url",
                        "https://example.org/a/b",
                        "prompt",
                        String.join("\n", script),
                        "variations",
                        variations))
                .post("/api/v1/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
        return UUID.fromString(id);
    }

    private JsonPath run(UUID id) {
        return RestAssured.given().port(port).get("/api/v1/runs/" + id).jsonPath();
    }

    private JsonPath ended(UUID id) {
        return await().atMost(SOON).until(() -> run(id), run -> run.get("ended_at") != null);
    }

    private String output(UUID id, int variation) {
        return RestAssured.given()
                .port(port)
                .get("/api/v1/runs/" + id + "/variations/" + variation + "/output")
                .asString();
    }

    private AttemptFolder files(UUID id, int variation) {
        return AttemptFolder.of(EmbeddedServers.attempts(), id.toString(), variation, 1);
    }

    private void awaitLogged(UUID id, int variation, String text) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> Files.readString(files(id, variation).stdout()).contains(text));
    }

    @Test
    void agents_go_on_without_it_and_are_taken_over() throws IOException {
        Path go = folder.resolve("go");
        UUID id = post(3, "say one", "await " + go, "say two", "await " + folder.resolve("end"), "say three");
        awaitLogged(id, 0, "one");

        kill();
        Files.createFile(go);
        awaitLogged(id, 0, "two");
        start();
        awaitAnswer();
        Files.createFile(folder.resolve("end"));

        JsonPath end = ended(id);
        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getList("variations.attempt", Integer.class)).containsExactly(1, 1, 1);
        for (int variation = 0; variation < 3; variation++) {
            assertThat(output(id, variation)).isEqualTo("onetwothree");
        }
    }

    @Test
    void what_ended_while_it_was_away_ends_with_a_true_reason() throws IOException {
        Path go = folder.resolve("go");
        UUID id = post(2, "say one", "await " + go, "whisper two", "halt 3");
        UUID finished = post(1, "say one", "await " + go);
        awaitLogged(id, 0, "one");
        awaitLogged(id, 1, "one");
        awaitLogged(finished, 0, "one");

        kill();
        Files.createFile(go);
        awaitLogged(id, 0, "two");
        awaitLogged(id, 1, "two");
        await().atMost(SOON).until(() -> Files.exists(files(finished, 0).outcome()));
        start();
        awaitAnswer();

        JsonPath end = ended(id);
        assertThat(end.getString("state")).isEqualTo("failed");
        assertThat(end.getList("variations.outcome")).containsExactly("agent_crashed", "agent_crashed");
        assertThat(end.getString("variations[0].reason")).isEqualTo("runner_vanished");
        assertThat(output(id, 1)).isEqualTo("onetwo");
        assertThat(ended(finished).getString("state")).isEqualTo("completed");
    }

    @Test
    void killed_again_and_again_it_starts_each_attempt_once() throws IOException {
        List<UUID> ids = new ArrayList<>();
        for (int pause = 0; pause < 600; pause += 200) {
            ids.add(post(2, "say one", "say two"));
            ids.add(post(1, "say one", "say two"));
            // Somewhere between the commit and the agent's first word.
            await().pollDelay(Duration.ofMillis(pause)).until(() -> true);
            kill();
            start();
            awaitAnswer();
        }
        for (UUID id : ids) {
            JsonPath end = ended(id);
            assertThat(end.getString("state")).isEqualTo("completed");
            assertThat(end.getList("variations.attempt", Integer.class)).containsOnly(1);
            assertThat(output(id, 0)).isEqualTo("onetwo");
        }
    }
}
