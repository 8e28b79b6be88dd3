package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;

import java.util.List;
import java.util.Map;

/** A forge inside the cluster, with one small repository: agents on a cluster without the internet clone from it. */
public final class GitServer {

    private static final int PORT = 8080;
    private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "git");

    private final Cluster cluster;
    private final String namespace;

    private GitServer(Cluster cluster, String namespace) {
        this.cluster = cluster;
        this.namespace = namespace;
    }

    /** In a namespace of its own, which goes with the cluster's others. */
    public static GitServer start(Cluster cluster) {
        GitServer server = new GitServer(cluster, cluster.namespace("git", Map.of()));
        ToolPods pods = new ToolPods(cluster);
        var pod = pods.start(server.namespace, "git", LABELS, "git-server.py", List.of(PORT));
        cluster.apply(new ServiceBuilder()
                .withNewMetadata()
                .withName("git")
                .withNamespace(server.namespace)
                .endMetadata()
                .withNewSpec()
                .withSelector(LABELS)
                .addNewPort()
                .withPort(PORT)
                .endPort()
                .endSpec()
                .build());
        pods.await(pod);
        return server;
    }

    /** What AIDEATOR_ALLOWED_REPO_HOSTS must name. */
    public String host() {
        return "git." + namespace + ".svc.cluster.local";
    }

    public String repository() {
        return "http://" + host() + ":" + PORT + "/sample.git";
    }

    /** Lets agents reach it, which their own policies do not. */
    public void letIn(String agentsNamespace) {
        NetworkPolicy policy = new NetworkPolicyBuilder()
                .withNewMetadata()
                .withName("to-" + namespace)
                .withNamespace(agentsNamespace)
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .endPodSelector()
                .withPolicyTypes("Egress")
                .addNewEgress()
                .addNewTo()
                .withNewNamespaceSelector()
                .addToMatchLabels("kubernetes.io/metadata.name", namespace)
                .endNamespaceSelector()
                .endTo()
                .endEgress()
                .endSpec()
                .build();
        cluster.apply(policy);
    }
}
