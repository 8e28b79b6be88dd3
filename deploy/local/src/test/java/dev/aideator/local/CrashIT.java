package dev.aideator.local;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Parts are killed in the middle of a run; whoever watches loses nothing and sees nothing twice. */
class CrashIT {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = TestStack.start(folder.resolve("home"), TestStack.PATIENT_AGENT);
    }

    @AfterAll
    static void stop() {
        stack.close();
        assertThat(HomeProcesses.of(folder.resolve("home"))).isEmpty();
    }

    @Test
    void a_killed_orchestrator_comes_back_and_adopts_the_agent() throws Exception {
        duringARun(() -> {
            ProcessHandle killed = stack.jvm("orchestrator-service");
            ProcessHandle runner = stack.jvm("agent-runner");
            killed.destroyForcibly();
            await().atMost(LONG_ENOUGH).until(() -> isReady("orchestrator") && !killed.isAlive());
            assertThat(stack.jvm("orchestrator-service").pid()).isNotEqualTo(killed.pid());
            assertThat(runner.isAlive()).isTrue();
        });
    }

    @Test
    void a_killed_gateway_comes_back_and_viewers_resume() throws Exception {
        duringARun(() -> {
            ProcessHandle killed = stack.jvm("stream-gateway-service");
            killed.destroyForcibly();
            await().atMost(LONG_ENOUGH).until(() -> isReady("gateway") && !killed.isAlive());
        });
    }

    @Test
    void a_killed_redis_comes_back_with_what_it_had() throws Exception {
        duringARun(() -> {
            ProcessHandle killed = stack.redis();
            killed.destroyForcibly();
            await().atMost(LONG_ENOUGH).until(() -> !killed.isAlive());
            await().atMost(LONG_ENOUGH)
                    .ignoreExceptions()
                    .until(() -> stack.redis().isAlive());
        });
    }

    private interface Accident {
        void happen() throws Exception;
    }

    /** The agent speaks before, during and after the accident; every line must arrive, once and in order. */
    private void duringARun(Accident accident) throws Exception {
        Path gate = folder.resolve("gate-" + UUID.randomUUID());
        String run = stack.startPatient(gate);
        try (PatientViewer front = PatientViewer.watch(stack.stream(run));
                PatientViewer direct = PatientViewer.watch(stack.gatewayStream(run))) {
            await().atMost(LONG_ENOUGH).until(() -> lines(direct) > 20 && lines(front) > 20);

            accident.happen();

            int before = lines(direct);
            await().atMost(LONG_ENOUGH).until(() -> lines(direct) > before + 20);
            Files.createFile(gate);
            assertThat(front.awaitComplete(LONG_ENOUGH).path("state").asText()).isEqualTo("completed");
            direct.awaitComplete(LONG_ENOUGH);

            String kept = stack.output(run, 0);
            assertThat(kept).isEqualTo(allLines(kept));
            assertThat(front.text(0)).isEqualTo(kept);
            assertThat(direct.text(0)).isEqualTo(kept);
            assertThat(front.faults()).isEmpty();
            assertThat(direct.faults()).isEmpty();
        }
    }

    private static boolean isReady(String service) {
        return Http.isOk((service.equals("gateway")
                        ? stack.settings().gateway()
                        : stack.settings().orchestrator())
                .resolve("/q/health/ready"));
    }

    private static int lines(PatientViewer viewer) {
        return (int) viewer.text(0).lines().count();
    }

    /** What the agent must have printed, going by its last line. */
    private static String allLines(String kept) {
        int last = kept.stripTrailing().lastIndexOf("end ");
        assertThat(last).as("the agent's last line in:\n%s", kept).isNotNegative();
        int count = Integer.parseInt(kept.substring(last + "end ".length()).strip());
        StringBuilder all = new StringBuilder();
        for (int line = 1; line <= count; line++) {
            all.append("line ").append(line).append('\n');
        }
        return all.append("end ").append(count).append('\n').toString();
    }
}
