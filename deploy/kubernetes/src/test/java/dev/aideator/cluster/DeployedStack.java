package dev.aideator.cluster;

import dev.aideator.local.PatientViewer;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * AIdeator as it is deployed: by the chart or by the kustomization, with its own images, reached as a person on another
 * machine reaches it, by port-forward. Agents clone from a {@link GitServer}.
 */
public final class DeployedStack implements AutoCloseable {

    static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();
    static final Path CHART = CHECKOUT.resolve("deploy/charts/aideator");

    private static final Duration UP_WITHIN = Duration.ofMinutes(6);

    private final Cluster cluster;
    private final GitServer git;
    private final Installer installer;
    private final Map<String, LocalPortForward> forwards = new HashMap<>();

    /** The way in which it came into the cluster. */
    private interface Installer {
        void install() throws IOException, InterruptedException;

        String namespace();

        String agentsNamespace();

        /** What the names of its objects begin with. */
        String prefix();

        /** What a request brings to be let in. */
        Map<String, String> credentials();

        void remove() throws IOException, InterruptedException;
    }

    private DeployedStack(Cluster cluster, GitServer git, Installer installer) {
        this.cluster = cluster;
        this.git = git;
        this.installer = installer;
    }

    /** A release of the chart; {@code options} are helm's, such as {@code --set} and {@code --values}. */
    public static DeployedStack helm(Cluster cluster, GitServer git, String release, String... options)
            throws IOException, InterruptedException {
        Helm helm = new Helm(cluster, git, cluster.namespace("deploy", Map.of()), release, options);
        return up(cluster, git, helm);
    }

    /** What {@code kubectl apply -k deploy/kubernetes} makes, in its own namespaces, but for images of this cluster. */
    public static DeployedStack kustomize(Cluster cluster, GitServer git) throws IOException, InterruptedException {
        Kustomization kustomization = new Kustomization(cluster, git);
        kustomization.needNobodyThere();
        return up(cluster, git, kustomization);
    }

    private static DeployedStack up(Cluster cluster, GitServer git, Installer installer)
            throws IOException, InterruptedException {
        DeployedStack stack = new DeployedStack(cluster, git, installer);
        try {
            installer.install();
            git.letIn(installer.agentsNamespace());
            stack.awaitUp();
            return stack;
        } catch (AssertionError | IOException | InterruptedException e) {
            stack.close();
            throw e;
        }
    }

    private void awaitUp() throws IOException, InterruptedException {
        for (String part : List.of(
                "statefulset/%s-postgresql",
                "statefulset/%s-redis", "deployment/%s-orchestrator", "deployment/%s-gateway")) {
            cluster.awaitRollout(installer.namespace(), part.formatted(installer.prefix()), UP_WITHIN);
        }
    }

    /** Changes a release, as {@code helm upgrade --reuse-values} does, and waits until the new pods serve. */
    public void upgrade(String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--reuse-values"));
        all.addAll(List.of(options));
        ((Helm) installer).run("upgrade", all.toArray(String[]::new));
        awaitUp();
    }

    Cluster cluster() {
        return cluster;
    }

    public String namespace() {
        return installer.namespace();
    }

    public String agentsNamespace() {
        return installer.agentsNamespace();
    }

    /** A part's name in full, such as {@code aideator-orchestrator}. */
    public String name(String part) {
        return installer.prefix() + "-" + part;
    }

    public URI orchestrator() {
        return forward("orchestrator", 8000);
    }

    public URI gateway() {
        return forward("gateway", 8001);
    }

    /** A forward leads to one pod; one that has broken, because its pod went, is made anew. */
    private synchronized URI forward(String part, int port) {
        LocalPortForward forward = forwards.get(part);
        if (forward == null || !forward.isAlive() || forward.errorOccurred()) {
            forward = cluster.client().pods().resource(serving(part)).portForward(port);
            forwards.put(part, forward);
        }
        return URI.create("http://localhost:" + forward.getLocalPort());
    }

    /** A pod that is ready and will stay: a Service's forward may lead to one that is about to go. */
    private Pod serving(String part) {
        return cluster
                .client()
                .pods()
                .inNamespace(namespace())
                .withLabel("app.kubernetes.io/name", name(part))
                // The tests' own pods wear that label, too.
                .withLabel("app.kubernetes.io/part-of", "aideator")
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && Readiness.isPodReady(pod))
                .findAny()
                .orElseThrow(() -> new AssertionError("No " + part + " is ready"));
    }

    /** The next requests go to pods that are there now. */
    public synchronized void forgetForwards() {
        for (LocalPortForward forward : forwards.values()) {
            try {
                forward.close();
            } catch (IOException e) {
                // It was broken before.
            }
        }
        forwards.clear();
    }

    public RequestSpecification api() {
        return RestAssured.given()
                .baseUri(orchestrator().toString())
                .basePath("/api/v1")
                .headers(installer.credentials())
                .contentType(ContentType.JSON);
    }

    /** Starts a run on the git server's repository and returns its id. */
    public String start(String prompt, String agent, int variations) {
        Map<String, Object> request = Map.of(
                "github_url",
                git.repository(),
                "prompt",
                prompt,
                "variations",
                variations,
                "agents",
                Collections.nCopies(variations, Map.of("agent", agent)));
        return api().body(request)
                .post("/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
    }

    /** Watches a run's live stream through the orchestrator's door. */
    public PatientViewer watch(String run) {
        return PatientViewer.watch(
                orchestrator().resolve("/api/v1/runs/" + run + "/stream/redis"), installer.credentials());
    }

    /** Watches the same through the gateway's own. */
    public PatientViewer watchGateway(String run) {
        return PatientViewer.watch(gateway().resolve("/api/v1/runs/" + run + "/stream/redis"), installer.credentials());
    }

    /** What stands in the way when something did not come as it should. */
    public String describe() throws IOException, InterruptedException {
        return cluster.describe(namespace()) + cluster.describe(agentsNamespace());
    }

    /** Takes it away as its user would, and leaves the namespaces to whoever looks at what stayed. */
    public void uninstall() throws IOException, InterruptedException {
        forgetForwards();
        installer.remove();
    }

    @Override
    public void close() {
        forgetForwards();
        cluster.remove(agentsNamespace());
        cluster.remove(namespace());
    }

    /** A release in a namespace of its own. */
    private static final class Helm implements Installer {

        private static final String TOKEN = "only-for-tests";
        private static final String TOKEN_SECRET = "aideator-token";

        private final Cluster cluster;
        private final GitServer git;
        private final String namespace;
        private final String release;

        private final String[] options;

        Helm(Cluster cluster, GitServer git, String namespace, String release, String... options) {
            this.cluster = cluster;
            this.git = git;
            this.namespace = namespace;
            this.release = release;
            this.options = options;
        }

        @Override
        public void install() throws IOException, InterruptedException {
            makeToken();
            run("install", options);
        }

        /** What the user makes before. */
        private void makeToken() throws IOException, InterruptedException {
            cluster.kubectl(
                    "create",
                    "secret",
                    "generic",
                    TOKEN_SECRET,
                    "--namespace",
                    namespace,
                    "--from-literal=token=" + TOKEN);
        }

        void run(String verb, String... options) throws IOException, InterruptedException {
            Images images = cluster.images();
            List<String> command =
                    new ArrayList<>(List.of("helm", verb, release, CHART.toString(), "--namespace", namespace));
            command.addAll(List.of(options));
            for (String value : List.of(
                    "images.registry=" + images.registry(),
                    "images.tag=" + images.tag(),
                    "postgresql.image=" + images.postgres(),
                    "redis.image=" + images.redis(),
                    "auth.existingSecret=" + TOKEN_SECRET,
                    "agents.allowedRepositoryHosts={" + git.host() + "}")) {
                command.addAll(List.of("--set", value));
            }
            Command.run(command).mustSucceed();
        }

        @Override
        public String namespace() {
            return namespace;
        }

        @Override
        public String agentsNamespace() {
            return namespace + "-agents";
        }

        @Override
        public String prefix() {
            return release.contains("aideator") ? release : release + "-aideator";
        }

        @Override
        public Map<String, String> credentials() {
            return Map.of("Authorization", "Bearer " + TOKEN);
        }

        @Override
        public void remove() throws IOException, InterruptedException {
            Command.run(List.of("helm", "uninstall", release, "--namespace", namespace, "--wait", "--timeout", "3m"))
                    .mustSucceed();
        }
    }

    /** deploy/kubernetes under a kustomization that names this cluster's images, as a user with a registry writes one. */
    private static final class Kustomization implements Installer {

        private final Cluster cluster;
        private final GitServer git;
        private Path folder;

        Kustomization(Cluster cluster, GitServer git) {
            this.cluster = cluster;
            this.git = git;
        }

        void needNobodyThere() {
            for (String taken : List.of(namespace(), agentsNamespace())) {
                if (cluster.client().namespaces().withName(taken).get() != null) {
                    throw new AssertionError(
                            "Namespace " + taken
                                    + " is there already, perhaps with an AIdeator that is in use: remove it, or test on another cluster.");
                }
            }
        }

        @Override
        public void install() throws IOException, InterruptedException {
            // Below deploy/kubernetes it would be a part of what it stands on.
            folder = Files.createTempDirectory(Files.createDirectories(CHECKOUT.resolve("target")), "overlay");
            Files.writeString(folder.resolve("kustomization.yaml"), overlay());
            cluster.kubectl("apply", "-k", folder.toString());
        }

        private String overlay() {
            Images images = cluster.images();
            return """
                    resources:
                      - %s
                    images:
                      - {name: localhost:5000/aideator/orchestrator, newName: %s/aideator/orchestrator, newTag: %s}
                      - {name: localhost:5000/aideator/gateway, newName: %s/aideator/gateway, newTag: %s}
                      - {name: docker.io/library/postgres, newName: %s}
                      - {name: docker.io/library/redis, newName: %s}
                    patches:
                      - target: {kind: Namespace}
                        patch: |-
                          - {op: add, path: /metadata/labels/aideator.dev~1test, value: "true"}
                      - target: {kind: Deployment, name: aideator-orchestrator}
                        patch: |-
                          apiVersion: apps/v1
                          kind: Deployment
                          metadata: {name: aideator-orchestrator}
                          spec:
                            template:
                              spec:
                                containers:
                                  - name: aideator-orchestrator
                                    env:
                                      - {name: AIDEATOR_ALLOWED_REPO_HOSTS, value: %s}
                                      - {name: AIDEATOR_AGENT_IMAGE, value: "%s"}
                                      - {name: AIDEATOR_TOOLS_IMAGE, value: "%s"}
                    """.formatted(
                            folder.toAbsolutePath().normalize().relativize(CHECKOUT.resolve("deploy/kubernetes")),
                            images.registry(),
                            images.tag(),
                            images.registry(),
                            images.tag(),
                            named(images.postgres()),
                            named(images.redis()),
                            git.host(),
                            images.agentRunner(),
                            images.agentTools());
        }

        /** An image's name and tag as kustomize wants them. */
        private static String named(String image) {
            int colon = image.lastIndexOf(':');
            return image.substring(0, colon) + ", newTag: " + '"' + image.substring(colon + 1) + '"';
        }

        @Override
        public String namespace() {
            return "aideator";
        }

        @Override
        public String agentsNamespace() {
            return "aideator-agents";
        }

        @Override
        public String prefix() {
            return "aideator";
        }

        @Override
        public Map<String, String> credentials() {
            return Map.of();
        }

        @Override
        public void remove() throws IOException, InterruptedException {
            cluster.kubectl("delete", "-k", folder.toString(), "--wait");
        }
    }
}
