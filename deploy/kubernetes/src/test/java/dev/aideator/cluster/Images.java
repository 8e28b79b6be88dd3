package dev.aideator.cluster;

/**
 * Where the cluster's images are: what {@code ./aideator test --cluster} says in the environment. Our own are in
 * CLUSTER_REGISTRY; what a cluster without a way to public registries has instead is named by the others.
 */
public record Images(String registry, String tag, String postgres, String redis, String tools) {

    /** The kit's registry and Docker Hub's images where nothing is said. */
    public static Images fromEnvironment() {
        return new Images(
                variable("CLUSTER_REGISTRY", "localhost:5000"),
                variable("CLUSTER_TAG", "0.1.0-SNAPSHOT"),
                variable("CLUSTER_POSTGRES_IMAGE", "docker.io/library/postgres:18"),
                variable("CLUSTER_REDIS_IMAGE", "docker.io/library/redis:7.2"),
                variable("CLUSTER_TOOLS_IMAGE", "docker.io/library/buildpack-deps:trixie"));
    }

    public String orchestrator() {
        return ours("orchestrator");
    }

    public String gateway() {
        return ours("gateway");
    }

    public String agentRunner() {
        return ours("agent-runner");
    }

    public String agentTools() {
        return ours("agent-tools");
    }

    /** Whether the runner is the native executable, which alone can be copied into another image. */
    public boolean hasNativeRunner() {
        return !variable("CLUSTER_RUNNER", "native").equals("jvm");
    }

    private String ours(String name) {
        return registry + "/aideator/" + name + ":" + tag;
    }

    private static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
