package dev.aideator.local;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

/** The commands {@code up} and {@code down} as processes of their own, also when they are killed. */
class UpAndDownIT {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private Path home;
    private Map<String, String> environment;

    @AfterEach
    void nothing_is_left() {
        HomeProcesses.of(folder).forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void down_stops_everything_and_live_runs_end_as_cancelled() throws Exception {
        useHome(TestStack.PATIENT_AGENT);
        Supervisor up = up();
        assertThat(up.printed())
                .contains("Dashboard    http://localhost:" + environment.get("AIDEATOR_PORT"))
                .contains(home.resolve("logs").toString());

        String second = Supervisor.run(0, environment, "up");
        assertThat(second).contains("running already (process " + up.process().pid() + ")");

        String run = startPatient("never");
        assertThat(Supervisor.run(0, environment, "down")).contains("Stopped.");
        assertThat(up.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(up.process().exitValue()).isZero();
        assertThat(HomeProcesses.of(home)).isEmpty();
        assertThat(Supervisor.run(0, environment, "down")).isEqualTo("Nothing is running.\n");

        up();
        TestStack.api(settings())
                .get("/runs/{id}", run)
                .then()
                .body("state", equalTo("cancelled"))
                .body("variations[0].outcome", equalTo("cancelled"));
        Supervisor.run(0, environment, "down");
        assertThat(HomeProcesses.of(home)).isEmpty();
    }

    @Test
    void a_taken_port_is_said_in_one_sentence() throws Exception {
        useHome(Map.of());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("AIDEATOR_GATEWAY_PORT", Integer.toString(taken.getLocalPort()));
            assertThat(Supervisor.run(1, environment, "up"))
                    .contains("Port " + taken.getLocalPort())
                    .contains("set AIDEATOR_GATEWAY_PORT")
                    .hasLineCount(1);
        }
        assertThat(HomeProcesses.of(home)).isEmpty();
    }

    @Test
    void a_start_that_is_broken_off_leaves_nothing_behind() throws Exception {
        useHome(Map.of());
        Supervisor up = Supervisor.start(environment, "up");
        await().atMost(LONG_ENOUGH)
                .until(() -> HomeProcesses.of(home).stream()
                        .anyMatch(process -> HomeProcesses.commandLine(process).contains("bin/postgres")));
        up.process().destroy();
        assertThat(up.process().waitFor(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(up.printed()).contains("Stopped before everything was up.");
        assertThat(HomeProcesses.of(home)).isEmpty();
    }

    @Test
    void down_during_a_start_waits_for_it_and_stops_it() throws Exception {
        useHome(Map.of());
        Supervisor up = Supervisor.start(environment, "up");
        await().atMost(LONG_ENOUGH).until(() -> HomeLock.exists(home));

        assertThat(Supervisor.run(0, environment, "down"))
                .contains("just being started or stopped")
                .endsWith("Stopped.\n");
        assertThat(up.process().waitFor(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(HomeProcesses.of(home)).isEmpty();
    }

    @Test
    void agents_outlive_a_killed_supervisor_and_the_next_up_adopts_them() throws Exception {
        useHome(TestStack.PATIENT_AGENT);
        Path gate = folder.resolve("gate");
        Supervisor up = up();
        String run = startPatient(gate.toString());
        killWithEverythingButAgents(up);

        up();
        try (PatientViewer viewer =
                PatientViewer.watch(settings().orchestrator().resolve("/api/v1/runs/" + run + "/stream/redis"))) {
            int before = viewer.text(0).length();
            await().atMost(LONG_ENOUGH).until(() -> viewer.text(0).length() > before + 100);
            Files.createFile(gate);
            assertThat(viewer.awaitComplete(LONG_ENOUGH).path("state").asText()).isEqualTo("completed");
            assertThat(viewer.faults()).isEmpty();
            assertThat(viewer.text(0)).startsWith("line 1\nline 2\n").contains("\nend ");
        }
        Supervisor.run(0, environment, "down");
        assertThat(HomeProcesses.of(home)).isEmpty();
    }

    @Test
    void down_ends_agents_that_a_killed_supervisor_left_behind() throws Exception {
        useHome(TestStack.PATIENT_AGENT);
        Supervisor up = up();
        startPatient("never");
        killWithEverythingButAgents(up);

        assertThat(Supervisor.run(0, environment, "down")).contains("one agent that it had left behind");
        await().atMost(LONG_ENOUGH).until(() -> HomeProcesses.of(home).isEmpty());
    }

    @Test
    void the_doctor_sees_an_agent_work_and_an_event_arrive() throws Exception {
        useHome(Map.of());
        assertThat(Supervisor.run(0, environment, "doctor")).contains("– Stack").contains("✓ Ports");
        up();
        assertThat(Supervisor.run(0, environment, "doctor"))
                .contains("✓ Redis", "✓ Database", "✓ Orchestrator", "✓ Gateway", "✓ Agent", "✓ Events")
                .doesNotContain("✗");
        Supervisor.run(0, environment, "down");
    }

    @Test
    void a_stack_that_asks_for_a_token_is_examined_and_stopped_without_being_told_it_again() throws Exception {
        useHome(TestStack.PATIENT_AGENT);
        environment.put("AIDEATOR_API_TOKEN", "sesame");
        Supervisor up = up();
        assertThat(up.printed())
                .contains("asks once for the value of AIDEATOR_API_TOKEN")
                .doesNotContain("sesame");
        for (URI service : List.of(settings().orchestrator(), settings().gateway())) {
            given().get(service.resolve("/api/v1/runs/load-test/stream/redis"))
                    .then()
                    .statusCode(401)
                    .body("type", endsWith("/token-missing"));
        }
        String run = given().header("Authorization", "Bearer sesame")
                .contentType("application/json")
                .body(TestStack.request(TestStack.CHECKOUT.toUri(), "never", "patient", 1))
                .post(settings().orchestrator().resolve("/api/v1/runs"))
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");

        environment.remove("AIDEATOR_API_TOKEN");
        assertThat(Supervisor.run(0, environment, "doctor"))
                .contains("✓ Database", "✓ Gateway", "✓ Agent", "✓ Events")
                .doesNotContain("✗");
        assertThat(Supervisor.run(0, environment, "down")).contains("Stopped.");
        assertThat(HomeProcesses.of(home)).isEmpty();

        up();
        TestStack.api(settings()).get("/runs/{id}", run).then().body("state", equalTo("cancelled"));
        Supervisor.run(0, environment, "down");
    }

    @Test
    void the_doctor_tries_no_agent_where_repositories_of_this_machine_are_not_allowed() throws Exception {
        useHome(Map.of("AIDEATOR_ALLOW_LOCAL_REPOS", "false"));
        up();
        assertThat(Supervisor.run(0, environment, "doctor"))
                .contains("– Agent", "not tried: AIDEATOR_ALLOW_LOCAL_REPOS is not true")
                .doesNotContain("✗");
        Supervisor.run(0, environment, "down");
    }

    private void useHome(Map<String, String> more) {
        home = folder.resolve("home");
        environment = new HashMap<>(TestStack.environment(home, more));
    }

    private Settings settings() {
        return Settings.from(environment, TestStack.CHECKOUT);
    }

    private Supervisor up() throws Exception {
        Supervisor up = Supervisor.start(environment, "up");
        await().atMost(LONG_ENOUGH)
                .until(() ->
                        up.printed().contains("Stop it with") || !up.process().isAlive());
        assertThat(up.process().isAlive()).as(up.printed()).isTrue();
        return up;
    }

    /** Starts a run and returns once its agent is at work. */
    private String startPatient(String gate) {
        URI repository = TestStack.CHECKOUT.toUri();
        String run = TestStack.api(settings())
                .body(TestStack.request(repository, gate, "patient", 1))
                .post("/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
        await().atMost(LONG_ENOUGH)
                .until(() -> TestStack.api(settings())
                        .get("/runs/{id}/variations/0/output", run)
                        .asString()
                        .contains("line 5"));
        return run;
    }

    private void killWithEverythingButAgents(Supervisor up) {
        up.process().destroyForcibly();
        await().atMost(LONG_ENOUGH)
                .until(() -> HomeProcesses.of(home).stream()
                        .map(HomeProcesses::commandLine)
                        .noneMatch(
                                command -> List.of(
                                                "orchestrator-service",
                                                "stream-gateway-service",
                                                "redis-server",
                                                "bin/postgres")
                                        .stream()
                                        .anyMatch(command::contains)));
        assertThat(LeftOverRunners.find(home.resolve("attempts"))).hasSize(1);
    }
}
