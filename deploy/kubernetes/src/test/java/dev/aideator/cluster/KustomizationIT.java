package dev.aideator.cluster;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply -k deploy/kubernetes}, and what it brings up. */
@Tag("cluster")
class KustomizationIT {

    private static Cluster cluster;
    private static DeployedStack stack;

    @BeforeAll
    static void apply() throws Exception {
        cluster = Cluster.connect();
        stack = DeployedStack.kustomize(cluster, GitServer.start(cluster));
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
    void brings_up_all_that_a_run_needs() throws Exception {
        WholeRun.through(stack, 2);
    }

    /** The manifests as they stand, without what tests change in them. */
    @Test
    void the_api_server_accepts_the_manifests() throws Exception {
        cluster.kubectl(
                "apply",
                "--dry-run=server",
                "-k",
                DeployedStack.CHECKOUT.resolve("deploy/kubernetes").toString());
    }

    @Nested
    class Rights extends RightsContract {
        @Override
        DeployedStack stack() {
            return stack;
        }
    }

    @Nested
    class Policies extends PoliciesContract {
        @Override
        DeployedStack stack() {
            return stack;
        }
    }
}
