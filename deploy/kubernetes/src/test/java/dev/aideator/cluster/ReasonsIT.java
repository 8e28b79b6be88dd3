package dev.aideator.cluster;

import dev.aideator.local.PatientViewer;

import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Every way in which a cluster ends an attempt, provoked for real. */
@Tag("cluster")
class ReasonsIT {

    /** How long after Kubernetes says it a reason may take to be told. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

    @AutoClose
    private static HostStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = HostStack.startWithNativeAgents(Map.of("AIDEATOR_AGENT_PENDING_PATIENCE", "20s"));
    }

    private static void assertEnding(JsonPath run, String outcome, String reason) {
        assertThat(run.getString("variations[0].outcome")).isEqualTo(outcome);
        assertThat(run.getString("variations[0].reason")).isEqualTo(reason);
        assertThat(run.getString("variations[0].detail")).isNotBlank();
    }

    /** Waits until the run says, before it ends, why it does not get on. */
    private static String waitingFor(String run, String reason) {
        return await().atMost(TOLD_WITHIN)
                .until(() -> stack.run(run), json -> reason.equals(json.getString("variations[0].reason")))
                .getString("variations[0].detail");
    }

    private static Pod runningPod(String run, int attempt) {
        return await().atMost(HostStack.SOON)
                .until(
                        () -> stack.pods(run).stream()
                                .filter(pod -> pod.getMetadata()
                                        .getLabels()
                                        .get("aideator.dev/attempt")
                                        .equals(Integer.toString(attempt)))
                                .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
                                .findFirst()
                                .orElse(null),
                        pod -> pod != null);
    }

    private static void awaitRunning(String run, int attempt) {
        await().atMost(HostStack.SOON)
                .until(
                        () -> stack.run(run),
                        json -> "running".equals(json.getString("variations[0].state"))
                                && json.getInt("variations[0].attempt") == attempt);
    }

    @Test
    void an_image_that_does_not_exist() {
        String run = stack.post(Map.of(
                "github_url",
                "https://example.org/a/b",
                "prompt",
                "x",
                "variations",
                1,
                "image",
                stack.cluster().images().registry() + "/no/such/image:1"));
        JsonPath end = stack.ended(run);
        assertEnding(end, "image_pull_failed", "image_pull_failed");
        assertThat(end.getString("variations[0].detail")).contains("no/such/image");
        Instant created = Instant.parse(end.getString("variations[0].started_at"));
        assertThat(Duration.between(created, Instant.parse(end.getString("variations[0].ended_at"))))
                .isLessThan(TOLD_WITHIN.plusSeconds(15));
    }

    @Test
    void a_request_that_no_node_can_grant() {
        stack.restartOrchestrator(
                Map.of("AIDEATOR_AGENT_MEMORY_REQUEST", "4000Gi", "AIDEATOR_AGENT_MEMORY_LIMIT", "4000Gi"));
        try {
            String run = stack.survey(1);
            assertThat(waitingFor(run, "unschedulable")).contains("Insufficient memory");
            JsonPath end = stack.ended(run);
            assertEnding(end, "unschedulable", "unschedulable");
            assertThat(end.getString("variations[0].detail")).contains("Insufficient memory");
        } finally {
            stack.restartOrchestrator(Map.of());
        }
    }

    @Test
    void an_agent_that_takes_all_memory() {
        String run = stack.shell(1, "echo before; sleep 1; exec python3 -c 'x = bytearray(1 << 31)'");
        JsonPath end = stack.ended(run);
        // Whichever the kernel chose, the program or its runner.
        assertEnding(end, "out_of_memory", "oom_killed");
    }

    @Test
    void a_deadline() {
        stack.restartOrchestrator(Map.of("AIDEATOR_AGENT_DEADLINE", "5s"));
        try {
            String run = stack.shell(1, "echo begun; sleep 60");
            JsonPath end = stack.ended(run);
            assertEnding(end, "timed_out", "deadline");
            assertThat(stack.output(run, 0)).contains("begun");
        } finally {
            stack.restartOrchestrator(Map.of());
        }
    }

    /** The Job's own, which is later than the runner's: as if the runner had not kept its. */
    @Test
    void a_deadline_that_the_cluster_has_to_enforce() {
        String run = stack.shell(1, "echo begun; sleep 600");
        awaitRunning(run, 1);
        stack.awaitOutput(run, 0, "begun");
        stack.cluster().client().resource(stack.jobs(run).getFirst()).edit(job -> {
            job.getSpec().setActiveDeadlineSeconds(1L);
            return job;
        });
        assertEnding(stack.ended(run), "timed_out", "deadline_exceeded");
        assertThat(stack.output(run, 0)).contains("begun");
    }

    @Test
    void a_pod_or_a_job_that_someone_deletes_is_lost_and_tried_again_twice() throws Exception {
        String run = stack.shell(1, "echo begun; sleep 600");
        Pod first = runningPod(run, 1);
        awaitRunning(run, 1);
        stack.cluster()
                .kubectl(
                        "delete",
                        "pod",
                        "--wait=false",
                        "-n",
                        stack.namespace(),
                        first.getMetadata().getName());
        runningPod(run, 2);
        awaitRunning(run, 2);
        stack.cluster()
                .kubectl("delete", "job", "--wait=false", "-n", stack.namespace(), "-l", "aideator.dev/run=" + run);
        Pod third = runningPod(run, 3);
        awaitRunning(run, 3);
        stack.cluster()
                .kubectl(
                        "delete",
                        "pod",
                        "--wait=false",
                        "-n",
                        stack.namespace(),
                        third.getMetadata().getName());
        JsonPath end = stack.ended(run);
        assertEnding(end, "lost", "pod_deleted");
        assertThat(end.getInt("variations[0].attempt")).isEqualTo(3);
    }

    @Test
    void an_eviction_is_no_cancel() throws Exception {
        String run = stack.shell(1, "echo begun; sleep 600");
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            Pod pod = runningPod(run, 1);
            awaitRunning(run, 1);
            assertThat(stack.cluster()
                            .client()
                            .pods()
                            .inNamespace(stack.namespace())
                            .resource(pod)
                            .evict())
                    .isTrue();
            runningPod(run, 2);
            stack.api().delete("/api/v1/runs/" + run).then().statusCode(202);
            assertEnding(stack.ended(run), "cancelled", "cancelled_by_user");
            viewer.awaitComplete(HostStack.SOON);
            assertThat(viewer.events())
                    .as("why there was a second attempt")
                    .anyMatch(event -> event.path("type").asText().equals("status")
                            && event.path("reason").asText().equals("evicted"));
        }
    }

    @Test
    void a_cancel_ends_the_job_within_seconds_and_keeps_what_was_said() {
        String run = stack.shell(2, "trap 'echo salvaged; exit' TERM; echo begun; sleep 600 & wait");
        awaitRunning(run, 1);
        stack.awaitOutput(run, 0, "begun");
        Instant asked = Instant.now();
        stack.api().delete("/api/v1/runs/" + run).then().statusCode(202);
        JsonPath end = stack.ended(run);
        assertThat(end.getString("state")).isEqualTo("cancelled");
        assertThat(Duration.between(asked, Instant.parse(end.getString("ended_at"))))
                .isLessThan(Duration.ofSeconds(20));
        assertThat(stack.output(run, 0)).contains("begun").contains("salvaged");
    }

    @Test
    void a_retry_starts_a_fresh_attempt() {
        String run = stack.shell(1, "echo one; exit 3");
        JsonPath failed = stack.ended(run);
        assertThat(failed.getString("state")).isEqualTo("failed");
        stack.api().post("/api/v1/runs/" + run + "/variations/0/retry").then().statusCode(202);
        JsonPath again = await().atMost(HostStack.SOON)
                .until(
                        () -> stack.run(run),
                        json -> json.get("ended_at") != null && json.getInt("variations[0].attempt") == 2);
        assertThat(again.getString("state")).isEqualTo("failed");
        assertThat(stack.output(run, 0)).contains("one");
    }

    @Test
    void a_quota_that_is_used_up_lets_runs_wait_as_a_whole_and_refuses_those_that_never_fit() {
        quota("agents", "2");
        try {
            stack.restartOrchestrator(Map.of());
            await().atMost(HostStack.SOON)
                    .until(() -> stack.api()
                                    .body(Map.of(
                                            "github_url", "https://example.org/a/b", "prompt", "x", "variations", 3))
                                    .post("/api/v1/runs")
                                    .statusCode()
                            == 409);
            String first = stack.shell(1, "sleep 5");
            String second = stack.shell(2, "echo second");
            String third = stack.shell(1, "echo third");
            JsonPath secondsEnd = stack.ended(second);
            JsonPath thirdsEnd = stack.ended(third);
            assertThat(stack.ended(first).getString("ended_at"))
                    .isLessThanOrEqualTo(secondsEnd.getString("variations[0].started_at"));
            // It would have fitted beside the first, and did not overtake.
            assertThat(thirdsEnd.getString("variations[0].started_at"))
                    .isGreaterThanOrEqualTo(secondsEnd.getString("variations[0].started_at"));
            assertThat(List.of(secondsEnd.getString("state"), thirdsEnd.getString("state")))
                    .containsOnly("completed");
        } finally {
            removeQuota("agents");
            stack.restartOrchestrator(Map.of());
        }
    }

    @Test
    void pods_of_others_that_use_the_quota_up_make_an_attempt_wait_and_end_with_the_reason() {
        quota("shared", "1");
        try {
            stack.cluster().client().resource(strangersPod()).create();
            awaitUsed("shared", "1");
            String run = stack.survey(1);
            assertThat(waitingFor(run, "quota_exceeded")).contains("exceeded quota: shared");
            JsonPath end = stack.ended(run);
            assertEnding(end, "quota_exceeded", "quota_exceeded");
            assertThat(end.getString("variations[0].detail")).contains("exceeded quota: shared");
        } finally {
            stack.cluster()
                    .client()
                    .pods()
                    .inNamespace(stack.namespace())
                    .withName("stranger")
                    .withGracePeriod(0)
                    .delete();
            removeQuota("shared");
        }
    }

    private static Pod strangersPod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("stranger")
                .withNamespace(stack.namespace())
                .endMetadata()
                .withNewSpec()
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(65_532L)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .addNewContainer()
                .withName("stranger")
                .withImage(stack.cluster().images().tools())
                .withCommand("sleep", "600")
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }

    /** On a namespace where every pod has ended: one of an earlier test may still be ending, and counts. */
    private static void quota(String name, String pods) {
        await().atMost(HostStack.SOON)
                .until(() -> stack.cluster().client().pods().inNamespace(stack.namespace()).list().getItems().stream()
                        .map(pod -> pod.getStatus().getPhase())
                        .allMatch(Set.of("Succeeded", "Failed")::contains));
        stack.cluster()
                .apply(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(stack.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addToHard("pods", new Quantity(pods))
                        .endSpec()
                        .build());
    }

    private static void awaitUsed(String name, String pods) {
        await().atMost(TOLD_WITHIN)
                .until(() -> new Quantity(pods)
                        .equals(stack.cluster()
                                .client()
                                .resourceQuotas()
                                .inNamespace(stack.namespace())
                                .withName(name)
                                .get()
                                .getStatus()
                                .getUsed()
                                .get("pods")));
    }

    private static void removeQuota(String name) {
        stack.cluster()
                .client()
                .resourceQuotas()
                .inNamespace(stack.namespace())
                .withName(name)
                .delete();
    }

    @Test
    void a_rule_of_the_cluster_refuses() {
        stack.cluster()
                .apply(new LimitRangeBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .withNamespace(stack.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addNewLimit()
                        .withType("Container")
                        .addToMax("memory", new Quantity("100Mi"))
                        .endLimit()
                        .endSpec()
                        .build());
        try {
            JsonPath end = stack.ended(stack.survey(1));
            assertEnding(end, "admission_refused", "admission_refused");
            assertThat(end.getString("variations[0].detail")).contains("maximum memory usage");
        } finally {
            stack.cluster()
                    .client()
                    .limitRanges()
                    .inNamespace(stack.namespace())
                    .withName("small")
                    .delete();
        }
    }

    @Test
    void a_node_that_is_lost_loses_the_attempt_and_a_retry_does_not_wait_for_it() throws Exception {
        Kit kit = stack.cluster().kit();
        String run = stack.shell(1, "echo begun; sleep 600");
        awaitRunning(run, 1);
        String node = runningPod(run, 1).getSpec().getNodeName();
        kit.stop("kubelet", "KILL");
        try {
            stack.cluster().kubectl("wait", "--for=condition=Ready=Unknown", "node/" + node, "--timeout=60s");
            // Where all nodes are lost Kubernetes takes that for a fault of its own, and may send no agent away.
            stack.cluster().kubectl("taint", "node", node, "node.kubernetes.io/unreachable:NoExecute", "--overwrite");
            await().atMost(Duration.ofSeconds(120)).until(() -> stack.run(run).getInt("variations[0].attempt") == 2);
        } finally {
            kit.start("kubelet");
        }
        awaitRunning(run, 2);
        stack.api().delete("/api/v1/runs/" + run).then().statusCode(202);
        assertEnding(stack.ended(run), "cancelled", "cancelled_by_user");
    }
}
