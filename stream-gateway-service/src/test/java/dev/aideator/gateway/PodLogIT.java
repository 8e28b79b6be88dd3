package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The logs of real pods on the cluster that KUBECONFIG names, and the faults that the kit beside it can order. */
@Tag("cluster")
class PodLogIT extends GatewayFixture {

    private static final Duration OUTAGE = Duration.ofSeconds(20);

    private final String namespace = "gateway-" + UUID.randomUUID().toString().substring(0, 6);

    /** Prints lines from the environment's FROM to its TO, with a pause and some padding, as an agent-runner would. */
    private static final String AGENT = """
            pad=$(head -c "$PAD" /dev/zero | tr '\\0' x)
            echo 'no event of anybody'
            i=$FROM
            while [ "$i" -le "$TO" ]; do
              printf '{"run_id":"%s","variation_id":"%s","type":"agent_output","epoch":%s,"seq":%s,"timestamp":"1970-01-01T00:00:00.000Z","content":"line %s %s"}\\n' \
                "$RUN" "$VARIATION" "$ATTEMPT" "$i" "$i" "$pad"
              i=$((i + 1))
              sleep "$PAUSE"
            done
            sleep "$HOLD"
            """;

    @BeforeAll
    void aNamespaceOfItsOwn() {
        Assumptions.assumeTrue(
                isGiven("KUBECONFIG"),
                "SKIPPED: no cluster. Start the tests with ./aideator test --cluster, or set KUBECONFIG.");
        kubectl("", "create", "namespace", namespace);
        kubectl("", "label", "namespace", namespace, "aideator.dev/test=true");
    }

    @AfterAll
    void removeTheNamespace() {
        if (isGiven("KUBECONFIG")) {
            kubectl("", "delete", "namespace", namespace, "--wait=false");
        }
    }

    private static boolean isGiven(String variable) {
        return System.getenv(variable) != null && !System.getenv(variable).isBlank();
    }

    @Override
    Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "aideator.gateway.log.place", "pods",
                "aideator.gateway.kubernetes.namespace", namespace,
                "aideator.gateway.kubernetes.stall", "3s"));
        if (isGiven("KUBECONFIG")) {
            settings.put("aideator.gateway.kubernetes.kubeconfig", System.getenv("KUBECONFIG"));
        } else {
            settings.put("aideator.gateway.log.place", "files");
        }
        return settings;
    }

    private static String kubectl(String input, String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "kubectl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return run(input, command);
    }

    private static String run(String input, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** An attempt's pod that says lines {@code 1} to {@code to}; returns its name. */
    private String pod(int variation, long attempt, int to, String pause, int pad, String hold) {
        String name = "agent-" + runId + "-" + variation + "-" + attempt;
        String image = isGiven("CLUSTER_TOOLS_IMAGE")
                ? System.getenv("CLUSTER_TOOLS_IMAGE")
                : "docker.io/library/buildpack-deps:trixie";
        kubectl(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  namespace: %s
                  labels:
                    aideator.dev/installation: aideator
                    aideator.dev/run: %s
                    aideator.dev/variation: "%d"
                    aideator.dev/attempt: "%d"
                spec:
                  restartPolicy: Never
                  terminationGracePeriodSeconds: 0
                  automountServiceAccountToken: false
                  containers:
                    - name: agent
                      image: %s
                      command: [sh, -c, %s]
                      env:
                        - {name: RUN, value: "%s"}
                        - {name: VARIATION, value: "%d"}
                        - {name: ATTEMPT, value: "%d"}
                        - {name: FROM, value: "1"}
                        - {name: TO, value: "%d"}
                        - {name: PAUSE, value: "%s"}
                        - {name: PAD, value: "%d"}
                        - {name: HOLD, value: "%s"}
                """.formatted(
                                name,
                                namespace,
                                runId,
                                variation,
                                attempt,
                                image,
                                quoted(AGENT),
                                runId,
                                variation,
                                attempt,
                                to,
                                pause,
                                pad,
                                hold),
                "apply",
                "-f",
                "-");
        return name;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private List<String> lines(int variation, long attempt, int to, int pad) {
        return IntStream.rangeClosed(1, to)
                .mapToObj(i -> EventJson.encode(new Event(
                        runId,
                        variation == 0 ? V0 : V1,
                        new EntryId(attempt, i),
                        Instant.EPOCH,
                        new Payload.AgentOutput("line " + i + " " + "x".repeat(pad)))))
                .toList();
    }

    private SseViewer watchLog(String lastId) {
        return add(SseViewer.once(gateway.port(), logPath(), lastId));
    }

    /** Pods take seconds. */
    private static void soon(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(50))
                .until(condition);
    }

    private static List<String> data(SseViewer viewer) {
        return viewer.events().stream().map(SseViewer.Received::data).toList();
    }

    @Test
    void a_pod_is_followed_from_before_it_is_there_until_after_it_is_gone() {
        known.attempt(V0, 1, -1);
        SseViewer early = watchLog(null);
        until(() -> early.ofType("caught_up").size() == 1);
        String pod = pod(0, 1, 100, "0.05", 300 * 1024, "600");
        List<String> lines = lines(0, 1, 100, 300 * 1024);
        soon(() -> early.events().size() == 100);
        assertThat(data(early)).isEqualTo(lines);

        // Gone, and the archive has it: an id from the pod's log is good there.
        lines.forEach(line -> known.archive(V0, line));
        kubectl("", "delete", "pod", "-n", namespace, pod);
        known.attempt(V0, 1, 100);
        SseViewer back;
        try (TestGateway other = new TestGateway(server.url(), orchestrator.url(), settings())) {
            back = add(SseViewer.once(
                    other.port(), logPath(), early.events().get(59).id()));
            until(() -> back.ofType("caught_up").size() == 1);
            assertThat(data(back)).isEqualTo(lines.subList(60, 100));
        }

        // A new attempt, in a pod of its own.
        known.attempt(V0, 2, -1);
        pod(0, 2, 10, "0", 0, "0");
        soon(() -> early.events().size() == 110);
        assertThat(data(early).subList(100, 110)).isEqualTo(lines(0, 2, 10, 0));
        known.attempt(V0, 2, 10);
        Position position = Position.START.with(V0, new EntryId(2, 10)).with(RUN, new EntryId(1, 1));
        known.archive(
                RUN,
                EventJson.encode(new Event(
                        runId, RUN, new EntryId(1, 1), Instant.EPOCH, new Payload.RunComplete("completed", position))));
        known.end("1-1");
        soon(early::isOver);
        assertThat(early.events().getLast().type()).isEqualTo("run_complete");
        assertThat(early.violations()).isEmpty();
        assertThat(early.connections()).isEqualTo(1);
    }

    @Test
    void an_api_server_that_is_killed_and_comes_back_costs_nothing_but_time() {
        Assumptions.assumeTrue(isGiven("CLUSTER_KIT"), "SKIPPED: this cluster is not the kit's, so it is not broken");
        known.attempt(V0, 1, -1);
        known.attempt(V1, 1, -1);
        pod(0, 1, 600, "0.1", 10, "0");
        pod(1, 1, 400, "0.1", 1000, "60");
        List<SseViewer> viewers = List.of(watchLog(null), watchLog(null));
        soon(() -> viewers.stream().allMatch(viewer -> viewer.events().size() >= 100));

        run("", System.getenv("CLUSTER_KIT"), "stop", "kube-apiserver", "KILL");
        SseViewer meanwhile;
        try {
            Instant back = Instant.now().plus(OUTAGE);
            meanwhile = watchLog(viewers.getFirst().events().get(20).id());
            soon(() -> Instant.now().isAfter(back));
        } finally {
            run("", System.getenv("CLUSTER_KIT"), "start", "kube-apiserver");
        }
        soon(() -> viewers.stream().allMatch(viewer -> viewer.events().size() == 1000)
                && meanwhile.events().size() == 979);
        for (SseViewer viewer : viewers) {
            assertThat(data(viewer).stream().filter(line -> line.contains("\"variation_id\":\"0\"")))
                    .containsExactlyElementsOf(lines(0, 1, 600, 10));
            assertThat(data(viewer).stream().filter(line -> line.contains("\"variation_id\":\"1\"")))
                    .containsExactlyElementsOf(lines(1, 1, 400, 1000));
        }
        assertThat(viewers).allSatisfy(viewer -> {
            assertThat(viewer.violations()).isEmpty();
            assertThat(viewer.ofType("gap")).isEmpty();
            assertThat(viewer.connections()).isEqualTo(1);
        });
        assertThat(meanwhile.violations()).isEmpty();
    }

    @Test
    void a_log_that_is_rotated_away_is_followed_and_is_in_the_archive() {
        known.attempt(V0, 1, -1);
        // 30 MiB, three times what a kubelet keeps in one file.
        int pad = 200 * 1024;
        String pod = pod(0, 1, 150, "0.2", pad, "600");
        List<String> lines = lines(0, 1, 150, pad);
        SseViewer viewer = watchLog(null);
        soon(() -> viewer.events().size() == 150);
        assertThat(data(viewer)).isEqualTo(lines);
        assertThat(viewer.ofType("gap")).isEmpty();

        lines.forEach(line -> known.archive(V0, line));
        soon(() -> !kubectl("", "logs", "-n", namespace, pod).contains("\"seq\":1,"));
        try (TestGateway other = new TestGateway(server.url(), orchestrator.url(), settings())) {
            SseViewer fresh = add(SseViewer.once(other.port(), logPath(), null));
            soon(() -> fresh.ofType("caught_up").size() == 1);
            assertThat(data(fresh)).isEqualTo(lines);
            assertThat(fresh.violations()).isEmpty();
        }
    }
}
