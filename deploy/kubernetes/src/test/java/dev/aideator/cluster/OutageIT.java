package dev.aideator.cluster;

import dev.aideator.local.PatientViewer;

import io.restassured.path.json.JsonPath;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What agents do while a part of what is around them is away. */
@Tag("cluster")
class OutageIT {

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(3);

    @AutoClose
    private static HostStack stack;

    @BeforeAll
    static void start() throws Exception {
        stack = HostStack.startWithNativeAgents(Map.of());
    }

    @Test
    void an_api_server_that_is_away_for_a_minute_ends_nothing() throws Exception {
        Kit kit = stack.cluster().kit();
        String run = stack.shell(2, "for i in $(seq 90); do echo $i; sleep 1; done");
        stack.awaitOutput(run, 1, "1\n");
        kit.stop("kube-apiserver", "KILL");
        String meanwhile;
        try {
            // The REST side does not notice.
            meanwhile = stack.survey(1);
            assertThat(stack.run(meanwhile).getString("variations[0].state")).isIn("queued", "starting");
            await().pollDelay(Duration.ofSeconds(60))
                    .atMost(Duration.ofSeconds(70))
                    .until(() -> true);
            assertThat(stack.run(run).getList("variations.state")).containsOnly("running");
        } finally {
            kit.start("kube-apiserver");
        }
        JsonPath end = stack.ended(run, LONG_ENOUGH);
        assertThat(end.getString("state")).isEqualTo("completed");
        assertThat(end.getList("variations.attempt", Integer.class)).containsOnly(1);
        assertThat(stack.output(run, 0)).startsWith("1\n2\n").endsWith("89\n90\n");
        assertThat(stack.ended(meanwhile, LONG_ENOUGH).getString("state")).isEqualTo("completed");
    }

    @Test
    void without_redis_viewers_go_on_from_the_pods_logs() throws Exception {
        String run = stack.shell(1, "for i in $(seq 40); do echo line $i; sleep 1; done");
        try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
            stack.awaitOutput(run, 0, "line 3");
            stack.stopRedis();
            await().atMost(HostStack.SOON).until(() -> viewer.text(0).contains("line 20"));
            stack.restartRedis();
            viewer.awaitComplete(LONG_ENOUGH);
            assertThat(viewer.faults()).isEmpty();
            assertThat(viewer.text(0)).isEqualTo(stack.output(run, 0));
        }
        assertThat(stack.run(run).getString("state")).isEqualTo("completed");
        assertThat(stack.output(run, 0)).startsWith("line 1\n").endsWith("line 40\n");
    }
}
