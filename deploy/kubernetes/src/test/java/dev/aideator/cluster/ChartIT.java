package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestMethodOrder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The life of a release, as {@code deploy/values/production.yaml} has it: installed, upgraded, looked at, uninstalled. */
@Tag("cluster")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class ChartIT {

    private static final String RELEASE = "production";
    private static final Duration SOON = Duration.ofMinutes(2);

    private static Cluster cluster;
    private static DeployedStack stack;

    @BeforeAll
    static void install() throws Exception {
        cluster = Cluster.connect();
        stack = DeployedStack.helm(
                cluster,
                GitServer.start(cluster),
                RELEASE,
                "--values",
                DeployedStack.CHECKOUT.resolve("deploy/values/production.yaml").toString(),
                // What one small node has room for.
                "--set",
                "orchestrator.resources.requests.cpu=100m,gateway.resources.requests.cpu=100m",
                "--set",
                "postgresql.persistence.size=1Gi,redis.persistence.size=1Gi");
    }

    @AfterAll
    static void remove() {
        if (stack != null) {
            stack.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void every_service_has_two_replicas_and_loses_one_at_a_time() {
        for (String part : List.of("orchestrator", "gateway")) {
            await().atMost(SOON).untilAsserted(() -> assertThat(ready(part)).isEqualTo(2));
            assertThat(cluster.client()
                            .policy()
                            .v1()
                            .podDisruptionBudget()
                            .inNamespace(stack.namespace())
                            .withName(stack.name(part))
                            .get()
                            .getStatus()
                            .getExpectedPods())
                    .isEqualTo(2);
        }
        assertThat(cluster.client()
                        .autoscaling()
                        .v2()
                        .horizontalPodAutoscalers()
                        .inNamespace(stack.namespace())
                        .withName(stack.name("gateway"))
                        .get()
                        .getSpec()
                        .getMaxReplicas())
                .isEqualTo(10);
    }

    @Test
    @Order(2)
    void an_upgrade_keeps_passwords_and_runs() throws Exception {
        String before = WholeRun.through(stack, 2);
        Map<String, String> passwords = passwords();

        stack.upgrade("--set", "agents.maxVariations=3");
        stack.forgetForwards();

        assertThat(passwords()).isEqualTo(passwords);
        WholeRun.isKept(stack, before);
        WholeRun.through(stack, 3);
    }

    @Nested
    @Order(1)
    class Rights extends RightsContract {
        @Override
        DeployedStack stack() {
            return stack;
        }
    }

    @Nested
    @Order(2)
    class Policies extends PoliciesContract {
        @Override
        DeployedStack stack() {
            return stack;
        }
    }

    /** Last, for it takes away what the others look at. */
    @Nested
    @Order(3)
    class Uninstalled {

        @Test
        void leaves_the_claims_that_the_notes_name_and_nothing_else() throws Exception {
            List<String> claims =
                    List.of("data-" + stack.name("postgresql") + "-0", "data-" + stack.name("redis") + "-0");
            assertThat(Command.run(List.of("helm", "get", "notes", RELEASE, "--namespace", stack.namespace()))
                            .mustSucceed())
                    .contains("delete persistentvolumeclaim " + String.join(" ", claims));

            stack.uninstall();

            // What is owned goes after its owner, in its own time.
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(left())
                            .containsExactlyInAnyOrderElementsOf(claims.stream()
                                    .map(claim -> "persistentvolumeclaim/" + claim)
                                    .toList()));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(cluster.client()
                                    .namespaces()
                                    .withName(stack.agentsNamespace())
                                    .get())
                            .isNull());
        }

        /** All that is in the release's namespace, but for what every namespace has, and the user's own token. */
        private List<String> left() throws Exception {
            List<String> kinds =
                    new ArrayList<>(cluster.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name")
                            .lines()
                            .toList());
            // Endpoints are EndpointSlices by an old name, of which kubectl warns.
            kinds.removeIf(
                    kind -> kind.startsWith("events") || kind.equals("endpoints") || kind.endsWith(".metrics.k8s.io"));
            return cluster.kubectl("get", String.join(",", kinds), "--namespace", stack.namespace(), "-o", "name")
                    .lines()
                    .filter(name -> !List.of(
                                    "serviceaccount/default", "configmap/kube-root-ca.crt", "secret/aideator-token")
                            .contains(name))
                    .toList();
        }
    }

    private static int ready(String part) {
        Deployment deployment = cluster.client()
                .apps()
                .deployments()
                .inNamespace(stack.namespace())
                .withName(stack.name(part))
                .get();
        Integer ready = deployment.getStatus().getReadyReplicas();
        return ready == null ? 0 : ready;
    }

    private static Map<String, String> passwords() {
        Map<String, String> found = new TreeMap<>();
        for (String part : List.of("internal", "postgresql", "redis")) {
            found.put(
                    part,
                    cluster.client()
                            .secrets()
                            .inNamespace(stack.namespace())
                            .withName(stack.name(part))
                            .get()
                            .getData()
                            .toString());
        }
        return found;
    }
}
