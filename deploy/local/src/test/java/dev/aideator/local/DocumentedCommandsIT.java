package dev.aideator.local;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The commands of the README, as a shell runs them. */
class DocumentedCommandsIT {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static TestStack stack;

    private final List<Process> started = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        stack = TestStack.start(folder.resolve("home"), TestStack.PATIENT_AGENT);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void curl_starts_a_run_and_watches_it() throws Exception {
        String answer = shell("curl -s http://localhost:8000/api/v1/runs -H 'Content-Type: application/json' -d '"
                + "{\"github_url\":\"file://" + TestStack.CHECKOUT
                + "\",\"prompt\":\"What is this?\",\"variations\":1}'");
        assertThat(answer).contains("\"run_id\"", "\"stream_url\"");
        String run = answer.replaceFirst("(?s).*\"run_id\"\\s*:\\s*\"([^\"]+)\".*", "$1");

        String stream = shell("curl -sN http://localhost:8000/api/v1/runs/" + run + "/stream/redis");
        assertThat(stream).contains("event: agent_output", "event: run_complete");
        assertThat(shell("curl -s http://localhost:8000/api/v1/runs/" + run)).contains("\"state\":\"completed\"");
    }

    @Test
    void ten_viewers_see_what_is_published_by_hand() throws Exception {
        List<Path> seen = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            seen.add(background("curl -sN http://localhost:8000/api/v1/runs/load-test/stream/redis"));
        }
        await().atMost(LONG_ENOUGH).until(() -> all(seen, "caught_up"));
        shell("redis-cli publish \"run:load-test:output:0\" '{\"content\":\"Test message\"}'");
        await().atMost(LONG_ENOUGH).until(() -> all(seen, "Test message"));
        endStarted();
    }

    @Test
    void redis_cli_shows_a_run_as_it_goes() throws Exception {
        Path gate = folder.resolve("gate-" + UUID.randomUUID());
        String run = stack.startPatient(gate);
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            Path all = background("redis-cli psubscribe \"run:" + run + ":*\"");
            await().atMost(LONG_ENOUGH).until(() -> Files.readString(all).contains("\"type\":\"agent_output\""));
            await().atMost(LONG_ENOUGH).until(() -> !viewer.text(0).isEmpty());

            assertThat(shell("redis-cli pubsub channels 'run:*'")).contains("run:" + run + ":output:0");
            String subscribers = shell("redis-cli pubsub numsub \"run:" + run + ":output:0\"");
            assertThat(Integer.parseInt(subscribers.strip().lines().toList().getLast()))
                    .isGreaterThanOrEqualTo(1);
            assertThat(shell("redis-cli xlen \"run:{" + run + "}:events:0\"")).isNotEqualTo("0\n");
            Files.createFile(gate);
            viewer.awaitComplete(LONG_ENOUGH);
            await().atMost(LONG_ENOUGH).until(() -> Files.readString(all).contains("\"type\":\"run_complete\""));
        }
        endStarted();
    }

    @Test
    void health_and_metrics_answer() throws Exception {
        assertThat(shell("curl -s http://localhost:8000/api/v1/health")).contains("\"status\":\"ok\"");
        assertThat(shell("curl -s http://localhost:8000/q/health")).contains("\"UP\"");
        assertThat(shell("curl -s http://localhost:8001/q/metrics")).contains("jvm_");
        assertThat(shell("curl -s http://localhost:8000/api/v1/agents")).contains("\"survey\"", "\"patient\"");
    }

    private static boolean all(List<Path> outputs, String text) throws IOException {
        for (Path output : outputs) {
            if (!Files.readString(output).contains(text)) {
                return false;
            }
        }
        return true;
    }

    /** As documented, but for the ports. */
    private static List<String> command(String documented) {
        String here = documented
                .replace(":8000", ":" + stack.settings().port())
                .replace(":8001", ":" + stack.settings().gatewayPort())
                .replace("redis-cli ", "redis-cli -p " + stack.settings().redisPort() + " ");
        return List.of("bash", "-c", "exec " + here);
    }

    private static String shell(String documented) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(documented))
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    private Path background(String documented) throws IOException {
        Path output = Files.createTempFile(folder, "output", "");
        started.add(new ProcessBuilder(command(documented))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start());
        return output;
    }

    private void endStarted() {
        started.forEach(Process::destroy);
    }
}
