package dev.aideator.cluster;

import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The orchestrator, killed at each moment at which something was begun and not finished. */
@Tag("cluster")
class FailpointsIT {

    private static final Logger LOG = Logger.getLogger(FailpointsIT.class.getName());

    private static final List<String> FAILPOINTS =
            List.of("claimed", "secret-made", "job-made", "job-recorded", "finished", "sealed", "archived", "ended");

    private static final long SEED = 20_260_110;
    private static final int ROUNDS = 20;

    /** With the second that an agent takes, and the start of its pod where that was still to come. */
    private static final Duration CONVERGED_WITHIN = Duration.ofSeconds(10);

    @AutoClose
    private static HostStack stack;

    @AutoClose
    private static JobCensus census;

    @BeforeAll
    static void start() throws Exception {
        stack = HostStack.startWithNativeAgents(Map.of());
        census = new JobCensus(stack.cluster(), stack.namespace());
    }

    /** Kills the orchestrator at the failpoint of a run, starts it again, and looks at what became of the run. */
    private static Duration crashAndConverge(String failpoint, int variations) {
        stack.restartOrchestrator(Map.of("AIDEATOR_JOB_FAILPOINT", failpoint));
        String run = stack.shell(variations, "echo one; sleep 1; echo two");
        stack.awaitOrchestratorsDeath();

        stack.startOrchestrator(Map.of());
        stack.awaitAnswer();
        Instant back = Instant.now();
        JsonPath end = stack.ended(run);
        stack.awaitTidy();

        Duration converged = Duration.between(back, Instant.now());
        LOG.info(() -> "killed at " + failpoint + ": converged after " + converged.toMillis() + " ms");
        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getList("variations.attempt", Integer.class)).containsOnly(1);
        for (int variation = 0; variation < variations; variation++) {
            assertThat(census.jobsOf(run, variation))
                    .as("Jobs of one variation")
                    .isEqualTo(1);
            assertThat(stack.output(run, variation)).isEqualTo("one\ntwo\n");
        }
        return converged;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"claimed", "secret-made", "job-made", "job-recorded", "finished", "sealed", "archived", "ended"})
    void a_crash_does_no_harm(String failpoint) {
        crashAndConverge(failpoint, 1);
    }

    @Test
    @Tag("long")
    void twenty_crashes_at_moments_by_chance_do_no_harm() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(crashAndConverge(FAILPOINTS.get(random.nextInt(FAILPOINTS.size())), 1 + random.nextInt(3)))
                    .isLessThan(CONVERGED_WITHIN);
        }
    }

    @Test
    void a_job_that_no_row_asked_for_is_deleted_and_anothers_is_left_alone() throws Exception {
        String ours = job("orphan", stack.namespace());
        String others = job("stranger", "another-installation");
        stack.cluster()
                .tryKubectl(ours, "apply", "-n", stack.namespace(), "-f", "-")
                .mustSucceed();
        stack.cluster()
                .tryKubectl(others, "apply", "-n", stack.namespace(), "-f", "-")
                .mustSucceed();
        stack.restartOrchestrator(Map.of());
        await().atMost(HostStack.SOON)
                .until(() -> stack.jobs("00000000-0000-4000-8000-000000000001").stream()
                        .noneMatch(job -> job.getMetadata().getName().equals("orphan")));
        assertThat(stack.cluster()
                        .client()
                        .batch()
                        .v1()
                        .jobs()
                        .inNamespace(stack.namespace())
                        .withName("stranger")
                        .get())
                .isNotNull();
        stack.cluster().kubectl("delete", "job", "-n", stack.namespace(), "stranger");
    }

    private static String job(String name, String installation) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: %s
                  labels:
                    app.kubernetes.io/name: aideator-agent
                    app.kubernetes.io/managed-by: aideator
                    aideator.dev/installation: %s
                    aideator.dev/run: 00000000-0000-4000-8000-000000000001
                    aideator.dev/variation: "0"
                    aideator.dev/attempt: "1"
                spec:
                  suspend: true
                  template: {spec: {restartPolicy: Never, containers: [{name: agent, image: none}]}}
                """.formatted(name, installation);
    }
}
