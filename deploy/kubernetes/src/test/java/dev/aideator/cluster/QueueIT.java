package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Jobs that a queue engine such as Kueue admits: the tests do by hand what that does. */
@Tag("cluster")
class QueueIT {

    private static final Logger LOG = Logger.getLogger(QueueIT.class.getName());

    private static final Pattern COMPARISONS =
            Pattern.compile("orchestrator_comparison_seconds_(count|sum)\\{.*with=\"launcher\".*} (\\S+)");

    @AutoClose
    private static HostStack stack;

    @AutoClose
    private static JobCensus census;

    @BeforeAll
    static void start() throws Exception {
        stack = HostStack.start(Map.of("AIDEATOR_QUEUE", "agents", "AIDEATOR_JOB_COMPARE_EVERY", "2s"));
        census = new JobCensus(stack.cluster(), stack.namespace());
    }

    @Test
    void a_job_waits_until_it_is_admitted_and_says_so() {
        String run = stack.shell(1, "echo admitted");
        JsonPath waiting = await().atMost(HostStack.SOON)
                .until(() -> stack.run(run), json -> "suspended".equals(json.getString("variations[0].reason")));
        assertThat(waiting.getString("variations[0].state")).isEqualTo("queued");
        Job job = stack.jobs(run).getFirst();
        assertThat(job.getMetadata().getLabels()).containsEntry("kueue.x-k8s.io/queue-name", "agents");

        stack.cluster().client().resource(job).edit(admitted -> {
            admitted.getSpec().setSuspend(false);
            return admitted;
        });

        JsonPath end = stack.ended(run);
        assertThat(end.getString("state")).as(end.prettify()).isEqualTo("completed");
        assertThat(stack.output(run, 0)).isEqualTo("admitted\n");
    }

    @Test
    void what_waits_can_be_cancelled() {
        String run = stack.shell(2, "echo never");
        await().atMost(HostStack.SOON).until(() -> stack.jobs(run).size() == 2);
        stack.api().delete("/api/v1/runs/" + run).then().statusCode(202);
        assertThat(stack.ended(run).getString("state")).isEqualTo("cancelled");
        await().atMost(HostStack.SOON).until(() -> stack.jobs(run).isEmpty());
    }

    /** No pods, so that what is measured is the comparison, with the API server's part in it. */
    @Test
    @Tag("long")
    void thousands_of_jobs_are_compared_in_a_moment() {
        List<String> runs = new ArrayList<>();
        for (int jobs : List.of(1_000, 5_000)) {
            while (runs.size() * 5 < jobs) {
                runs.add(stack.survey(5));
            }
            await().atMost(HostStack.SOON.multipliedBy(6)).until(() -> census.variations() >= jobs);
            double[] before = comparisons();
            double[] after = await().atMost(HostStack.SOON).until(QueueIT::comparisons, now -> now[0] >= before[0] + 5);
            LOG.info(() -> "a comparison with " + jobs + " Jobs took "
                    + Math.round(1000 * (after[1] - before[1]) / (after[0] - before[0])) + " ms");
        }
        runs.forEach(run -> assertThat(census.jobsOf(run, 4)).isEqualTo(1));
    }

    /** How many there were, and the seconds that they took. */
    private static double[] comparisons() {
        double[] found = new double[2];
        COMPARISONS
                .matcher(stack.api().get("/q/metrics").asString())
                .results()
                .forEach(match -> found[match.group(1).equals("count") ? 0 : 1] = Double.parseDouble(match.group(2)));
        return found;
    }
}
