package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.job.Observation;
import dev.aideator.orchestrator.job.kubernetes.JobReading.Patience;
import dev.aideator.orchestrator.run.Ending;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** The objects are cut out of what a real cluster says. */
class JobReadingTest {

    private static final Instant CREATED = Instant.parse("2026-01-10T10:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(6);
    private static final Duration LATE = Duration.ofMinutes(6);

    private static final String JOB = """
            metadata: {name: agent-x, uid: job-1, creationTimestamp: "2026-01-10T10:00:00Z"%s}
            spec: {suspend: %s}
            status: {%s}
            """;

    private static Job job() {
        return job("", false, "");
    }

    private static Job job(String metadata, boolean suspended, String status) {
        return Serialization.unmarshal(JOB.formatted(metadata, suspended, status), Job.class);
    }

    private static Pod pod(String status) {
        return pod("", status);
    }

    private static Pod pod(String metadata, String status) {
        return Serialization.unmarshal("""
                metadata: {name: agent-x-abc, uid: pod-1, creationTimestamp: "2026-01-10T10:00:00Z"%s}
                status: %s
                """.formatted(metadata, status), Pod.class);
    }

    private static Observation read(Job job, Pod pod, Duration age, String... events) {
        return new JobReading(
                        Optional.ofNullable(job),
                        Optional.ofNullable(pod),
                        pod != null,
                        () -> List.of(events),
                        new Patience(Duration.ofSeconds(15), Duration.ofMinutes(5)),
                        CREATED.plus(age))
                .observation();
    }

    private static Ending ending(Observation observation) {
        assertThat(observation).isInstanceOf(Observation.Gone.class);
        return ((Observation.Gone) observation).ending();
    }

    private static String waiting(Observation observation) {
        assertThat(observation).isInstanceOf(Observation.Pending.class);
        return ((Observation.Pending) observation).waiting().reason();
    }

    // --- before there is a pod

    @Test
    void a_new_job_is_starting() {
        assertThat(read(job(), null, Duration.ofSeconds(1))).isEqualTo(new Observation.Starting());
    }

    @Test
    void a_suspended_job_is_queued() {
        Observation.Pending pending = (Observation.Pending) read(job("", true, ""), null, LATE);
        assertThat(pending.waiting().queued()).isTrue();
        assertThat(pending.waiting().reason()).isEqualTo("suspended");
    }

    @Test
    void a_pod_over_the_quota_waits_and_then_ends() {
        String event = "Error creating: pods \"agent-x-abc\" is forbidden: exceeded quota: agents, requested: pods=1,"
                + " used: pods=10, limited: pods=10";
        assertThat(waiting(read(job(), null, SOON, event))).isEqualTo("quota_exceeded");
        Ending late = ending(read(job(), null, LATE, event));
        assertThat(late.outcome()).isEqualTo(Outcome.QUOTA_EXCEEDED);
        assertThat(late.detail()).contains("used: pods=10");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged
            Error creating: admission webhook "policy.example.org" denied the request: no images from there
            Error creating: pods "x" is forbidden: maximum cpu usage per Container is 1, but limit is 2
            Error creating: pods "x" is forbidden: no PriorityClass with name low was found
            """)
    void a_pod_that_a_rule_refuses_ends_at_once(String event) {
        Ending ending = ending(read(job(), null, SOON, event));
        assertThat(ending.outcome()).isEqualTo(Outcome.ADMISSION_REFUSED);
        assertThat(ending.detail()).contains(event);
    }

    @Test
    void a_webhook_that_does_not_answer_is_waited_for() {
        String event = "Error creating: Internal error occurred: failed calling webhook \"policy.example.org\"";
        assertThat(waiting(read(job(), null, SOON, event))).isEqualTo("pod_not_created");
    }

    @Test
    void a_job_that_failed_and_lost_its_pod_is_lost() {
        Job failed = job("", false, "conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]");
        assertThat(ending(read(failed, null, LATE)).reason()).isEqualTo("pod_deleted");
    }

    // --- before the pod runs

    @Test
    void a_pod_without_a_node_waits_and_then_ends() {
        Pod pod = pod("""
                {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable,
                 message: "0/1 nodes are available: 1 Insufficient cpu.", lastTransitionTime: "2026-01-10T10:00:00Z"}]}""");
        assertThat(waiting(read(job(), pod, SOON))).isEqualTo("unschedulable");
        Ending late = ending(read(job(), pod, LATE));
        assertThat(late.outcome()).isEqualTo(Outcome.UNSCHEDULABLE);
        assertThat(late.detail()).contains("Insufficient cpu");
    }

    private static Pod waitingFor(String reason) {
        return pod("""
                {phase: Pending, conditions: [{type: PodScheduled, status: 'True', lastTransitionTime: "2026-01-10T10:00:00Z"}],
                 containerStatuses: [{name: agent, state: {waiting: {reason: %s, message: "told by the kubelet"}}}]}""".formatted(reason));
    }

    @Test
    void an_image_that_cannot_be_pulled_is_tried_again_for_a_while() {
        assertThat(waiting(read(job(), waitingFor("ErrImagePull"), SOON))).isEqualTo("image_pull_failing");
        Ending late = ending(read(job(), waitingFor("ImagePullBackOff"), Duration.ofSeconds(20)));
        assertThat(late.outcome()).isEqualTo(Outcome.IMAGE_PULL_FAILED);
        assertThat(late.detail()).contains("told by the kubelet");
    }

    @Test
    void a_name_that_is_no_image_ends_at_once() {
        assertThat(ending(read(job(), waitingFor("InvalidImageName"), SOON)).reason())
                .isEqualTo("invalid_image_name");
    }

    @Test
    void a_container_that_cannot_be_made_ends() {
        assertThat(ending(read(job(), waitingFor("CreateContainerConfigError"), SOON))
                        .outcome())
                .isEqualTo(Outcome.START_FAILED);
    }

    @Test
    void a_volume_that_cannot_be_mounted_is_told() {
        String event = "MountVolume.SetUp failed for volume \"settings\" : secret \"agent-x\" not found";
        Observation soon = read(job(), waitingFor("ContainerCreating"), Duration.ofSeconds(20), event);
        assertThat(waiting(soon)).isEqualTo("container_creating");
        assertThat(ending(read(job(), waitingFor("ContainerCreating"), LATE, event))
                        .detail())
                .contains("secret");
    }

    @Test
    void a_slow_pull_is_no_failure() {
        assertThat(read(job(), waitingFor("ContainerCreating"), LATE)).isEqualTo(new Observation.Starting());
    }

    // --- while it runs

    private static final String RUNNING = """
            phase: Running, containerStatuses: [{name: agent, state: {running: {startedAt: "2026-01-10T10:00:03Z"}}}]""";

    @Test
    void a_running_container_is_alive() {
        assertThat(read(job(), pod("{" + RUNNING + "}"), SOON))
                .isEqualTo(new Observation.Alive(CREATED.plusSeconds(3)));
    }

    @ParameterizedTest
    @CsvSource({
        "EvictionByEvictionAPI, EVICTED, evicted",
        "PreemptionByScheduler, EVICTED, preempted",
        "TerminationByKubelet, EVICTED, evicted",
        "DeletionByTaintManager, LOST, node_lost",
    })
    void a_disruption_is_known_while_the_agent_still_speaks(String told, Outcome outcome, String reason) {
        Pod pod = pod(", deletionTimestamp: \"2026-01-10T10:01:00Z\"", """
                {%s, conditions: [{type: DisruptionTarget, status: 'True', reason: %s, message: "why"}]}""".formatted(RUNNING, told));
        Observation.Alive alive = (Observation.Alive) read(job(), pod, SOON);
        assertThat(alive.ending()).hasValueSatisfying(ending -> {
            assertThat(ending.outcome()).isEqualTo(outcome);
            assertThat(ending.reason()).isEqualTo(reason);
        });
    }

    @Test
    void a_pod_that_outlives_its_grace_is_on_a_lost_node() {
        Pod pod = pod(", deletionTimestamp: \"2026-01-10T10:00:15Z\"", "{" + RUNNING + "}");
        assertThat(read(job(), pod, Duration.ofSeconds(20))).isInstanceOf(Observation.Alive.class);
        assertThat(ending(read(job(), pod, Duration.ofSeconds(30))).reason()).isEqualTo("node_lost");
    }

    @Test
    void whoever_deletes_pod_or_job_loses_the_attempt() {
        Pod deleted = pod(", deletionTimestamp: \"2026-01-10T10:00:30Z\"", "{" + RUNNING + "}");
        assertThat(((Observation.Alive) read(job(), deleted, SOON))
                        .ending()
                        .orElseThrow()
                        .reason())
                .isEqualTo("pod_deleted");
        assertThat(((Observation.Alive) read(null, deleted, SOON))
                        .ending()
                        .orElseThrow()
                        .reason())
                .isEqualTo("job_deleted");
    }

    // --- after it ran

    private static Pod ended(String pod, String container) {
        return pod("{phase: Failed, %s containerStatuses: [{name: agent, state: {terminated: {%s}}}]}"
                .formatted(pod, container));
    }

    @Test
    void an_agent_that_takes_too_much_memory_is_out_of_memory() {
        assertThat(ending(read(job(), ended("", "exitCode: 137, reason: OOMKilled"), LATE))
                        .reason())
                .isEqualTo("oom_killed");
    }

    @Test
    void a_deadline_of_the_cluster_is_a_time_out() {
        Job late = job("", false, "conditions: [{type: FailureTarget, status: 'True', reason: DeadlineExceeded}]");
        assertThat(ending(read(late, ended("", "exitCode: 143, reason: Error"), LATE))
                        .outcome())
                .isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void a_node_under_pressure_evicts() {
        Pod pod = ended("reason: Evicted, message: 'The node was low on resource: memory.',", "exitCode: 137");
        assertThat(ending(read(job(), pod, LATE)).outcome()).isEqualTo(Outcome.EVICTED);
    }

    @Test
    void a_workspace_that_runs_over_is_the_agents_own_doing() {
        Pod pod = ended(
                "reason: Evicted, message: 'Usage of EmptyDir volume \"workspace\" exceeds the limit \"4Gi\".',",
                "exitCode: 137");
        assertThat(ending(read(job(), pod, LATE)).reason()).isEqualTo("workspace_full");
    }

    @Test
    void a_runner_that_cannot_start_in_an_image_says_so() {
        Pod pod = ended("", "exitCode: 128, reason: StartError, message: 'exec: no such file or directory'");
        assertThat(ending(read(job(), pod, LATE)).reason()).isEqualTo("container_could_not_start");
    }

    @Test
    void an_init_container_that_fails_is_a_failed_start() {
        Pod pod = pod("""
                {phase: Failed, initContainerStatuses: [{name: install-runner, state: {terminated: {exitCode: 1, message: "full"}}}],
                 containerStatuses: [{name: agent, state: {waiting: {reason: PodInitializing}}}]}""");
        assertThat(ending(read(job(), pod, LATE)).detail())
                .contains("copied into the image")
                .contains("full");
    }

    @Test
    void an_exit_without_an_outcome_is_a_crash() {
        assertThat(ending(read(job(), ended("", "exitCode: 3, reason: Error, message: 'boom'"), LATE)))
                .isEqualTo(new Ending(
                        Outcome.AGENT_CRASHED,
                        "exit_3",
                        "The agent's process ended with exit code 3 and without an outcome. It said: boom"));
        assertThat(ending(read(job(), ended("", "exitCode: 0, reason: Completed"), LATE))
                        .outcome())
                .isEqualTo(Outcome.AGENT_CRASHED);
    }
}
