package dev.aideator.cluster;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply -k deploy/kubernetes}. */
@Tag("cluster")
class KustomizationIT {

    @Test
    void brings_up_all_that_a_run_needs() throws Exception {
        try (Cluster cluster = Cluster.connect();
                DeployedStack stack = DeployedStack.kustomize(cluster, GitServer.start(cluster))) {
            WholeRun.through(stack, 2);
        }
    }
}
