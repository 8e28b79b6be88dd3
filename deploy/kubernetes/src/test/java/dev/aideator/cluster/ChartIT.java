package dev.aideator.cluster;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code helm install}, {@code upgrade} and {@code uninstall}. */
@Tag("cluster")
class ChartIT {

    private static final String VALUES =
            DeployedStack.CHECKOUT.resolve("deploy/values/production.yaml").toString();

    @Test
    void is_installed_upgraded_and_uninstalled_with_whole_runs_in_between() throws Exception {
        try (Cluster cluster = Cluster.connect();
                DeployedStack stack = DeployedStack.helm(
                        cluster,
                        GitServer.start(cluster),
                        "production",
                        "--values",
                        VALUES,
                        "--set",
                        "auth.existingSecret=",
                        "--set",
                        "orchestrator.resources.requests.cpu=100m,gateway.resources.requests.cpu=100m")) {
            String first = WholeRun.through(stack, 2);
            Map<String, String> secrets = secrets(cluster, stack);

            stack.upgrade("--set", "agents.maxVariations=3");
            stack.forgetForwards();

            assertThat(secrets(cluster, stack)).isEqualTo(secrets);
            WholeRun.isKept(stack, first);
            WholeRun.through(stack, 3);

            stack.uninstall();

            assertThat(cluster.kubectl(
                            "get",
                            "deployments,statefulsets,services,secrets,networkpolicies,serviceaccounts,pods",
                            "--namespace",
                            stack.namespace(),
                            "--selector",
                            "app.kubernetes.io/part-of=aideator",
                            "-o",
                            "name"))
                    .doesNotContain("/");
            assertThat(cluster.client()
                            .namespaces()
                            .withName(stack.agentsNamespace())
                            .get())
                    .satisfiesAnyOf(
                            gone -> assertThat(gone).isNull(),
                            going -> assertThat(going.getMetadata().getDeletionTimestamp())
                                    .isNotNull());
        }
    }

    private static Map<String, String> secrets(Cluster cluster, DeployedStack stack) {
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
