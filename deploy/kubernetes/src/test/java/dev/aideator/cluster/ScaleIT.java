package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** More runs than there is room for, and many more Jobs than a node could run. */
@Tag("cluster")
class ScaleIT {

    private static final Logger LOG = Logger.getLogger(ScaleIT.class.getName());

    private static final Map<String, String> SIMULATED = Map.of(
            "AIDEATOR_AGENT_NODE_SELECTOR", "type=simulated",
            "AIDEATOR_AGENT_TOLERATIONS", "[{\"key\":\"simulated\",\"operator\":\"Exists\"}]",
            "AIDEATOR_AGENT_CPU_REQUEST", "1m",
            "AIDEATOR_AGENT_MEMORY_REQUEST", "1Mi");

    @AutoClose
    private static HostStack stack;

    @AutoClose
    private static JobCensus census;

    @BeforeAll
    static void start() throws Exception {
        stack = HostStack.startWithNativeAgents(Map.of());
        census = new JobCensus(stack.cluster(), stack.namespace());
    }

    private static List<String> post(int runs, int variations) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<String>> posted = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                posted.add(threads.submit(() -> stack.survey(variations)));
            }
            List<String> ids = new ArrayList<>();
            for (Future<String> id : posted) {
                ids.add(id.get());
            }
            return ids;
        }
    }

    /** {@code settings} are the orchestrator's from then on. */
    private static void quota(int pods, Map<String, String> settings) {
        stack.cluster()
                .apply(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("agents")
                        .withNamespace(stack.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addToHard("pods", new Quantity(Integer.toString(pods)))
                        .endSpec()
                        .build());
        stack.restartOrchestrator(settings);
    }

    private static int live() {
        return stack.api().get("/api/v1/runs?state=running&size=1").jsonPath().getInt("total")
                + stack.api().get("/api/v1/runs?state=queued&size=1").jsonPath().getInt("total");
    }

    private static void assertEachRanOnce(List<String> runs, int variations) {
        for (String run : runs) {
            JsonPath end = stack.run(run);
            assertThat(end.getList("variations.attempt", Integer.class)).containsOnly(1);
            assertThat(end.getList("variations.outcome")).as(end.prettify()).containsOnly("completed");
            for (int variation = 0; variation < variations; variation++) {
                assertThat(census.jobsOf(run, variation)).isEqualTo(1);
            }
        }
    }

    /** A machine that is busy loses a simulated node now and then, and its agents are tried again: each time once. */
    private static void assertEachAttemptHadOneJob(List<String> runs, int variations) {
        for (String run : runs) {
            JsonPath end = stack.run(run);
            assertThat(end.getList("variations.outcome")).as(end.prettify()).isSubsetOf("agent_crashed", "lost");
            for (int variation = 0; variation < variations; variation++) {
                assertThat(census.jobsOf(run, variation))
                        .as("Jobs of variation %d of %s", variation, end.prettify())
                        .isEqualTo(end.getInt("variations[" + variation + "].attempt"));
            }
        }
    }

    @Test
    void two_hundred_runs_at_once_share_ten_pods() throws Exception {
        quota(10, Map.of());
        Instant begun = Instant.now();
        List<String> runs = post(200, 1);
        await().atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> live() == 0);
        LOG.info(() -> "200 runs on 10 pods took "
                + Duration.between(begun, Instant.now()).toSeconds() + " s");
        assertEachRanOnce(runs, 1);
    }

    /** What the orchestrator asked of the API server since it was started, by the kind of call. */
    private static Map<String, Double> clusterCalls() {
        Pattern counter = Pattern.compile("orchestrator_cluster_calls_total\\{call=\"(.+?)\"} (\\S+)");
        return stack.api()
                .get("/q/metrics")
                .asString()
                .lines()
                .map(counter::matcher)
                .filter(Matcher::matches)
                .collect(Collectors.toMap(
                        line -> line.group(1), line -> Double.valueOf(line.group(2)), Double::sum, TreeMap::new));
    }

    /** On nodes that only pretend: their pods say nothing, so each attempt ends as a crash that is seen. */
    @Test
    @Tag("long")
    void two_thousand_jobs_are_seen_through_though_the_orchestrator_is_killed_in_the_middle() throws Exception {
        Kit kit = stack.cluster().kit();
        kit.simulate(10);
        try {
            quota(400, SIMULATED);
            Instant begun = Instant.now();
            List<String> runs = post(500, 4);
            await().atMost(Duration.ofMinutes(10)).until(() -> census.variations() > 1000);
            Map<String, Double> calls = clusterCalls();
            stack.killOrchestrator();
            stack.startOrchestrator(SIMULATED);
            stack.awaitAnswer();
            await().atMost(Duration.ofMinutes(20))
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> live() == 0);
            LOG.info(() ->
                    "2,000 Jobs took " + Duration.between(begun, Instant.now()).toSeconds() + " s");
            clusterCalls().forEach((call, count) -> calls.merge(call, count, Double::sum));
            int jobs = census.jobs();
            calls.forEach((call, count) -> LOG.info(() -> "%s: %.2f for each Job".formatted(call, count / jobs)));
            assertEachAttemptHadOneJob(runs, 4);
        } finally {
            kit.simulate(0);
        }
    }
}
