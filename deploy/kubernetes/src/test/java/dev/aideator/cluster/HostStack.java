package dev.aideator.cluster;

import dev.aideator.local.GitHttpServer;
import dev.aideator.local.TinyRepository;
import dev.aideator.servers.ChildProcess;
import dev.aideator.servers.EmbeddedPostgres;
import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.Ports;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Orchestrator and gateway as processes of this machine, where they can be killed and started again, and the agents in a
 * namespace of the cluster. Pods reach this machine's Redis at CLUSTER_HOST_ADDRESS; where that is not said, the tests are
 * skipped.
 */
final class HostStack implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(90);

    private static final Path ROOT = Path.of("../..");
    private static final Path LOGS = Path.of("target/host-stack");
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final String namespace;
    private final EmbeddedPostgres postgres = EmbeddedPostgres.temporary();
    private final GitHttpServer repositories;
    private EmbeddedRedis redis;
    private final int port = Ports.free();
    private final int gatewayPort = Ports.free();
    private final Map<String, String> settings = new HashMap<>();
    private ChildProcess orchestrator;
    private ChildProcess gateway;

    private HostStack(Cluster cluster, String namespace, EmbeddedRedis redis, GitHttpServer repositories) {
        this.cluster = cluster;
        this.namespace = namespace;
        this.redis = redis;
        this.repositories = repositories;
    }

    /** {@link #start} for what needs many agents, or all that they can do: skipped where they run on a JVM. */
    static HostStack startWithNativeAgents(Map<String, String> settings) throws IOException {
        Assumptions.assumeTrue(
                Images.fromEnvironment().hasNativeRunner(),
                "SKIPPED: agents run on a JVM here, which is too slow for this; set GRAALVM_HOME");
        return start(settings);
    }

    /**
     * With an agent {@code shell}, whose prompt is a shell script, beside the built-in ones. {@code settings} are the
     * orchestrator's.
     */
    static HostStack start(Map<String, String> settings) throws IOException {
        Cluster cluster = Cluster.connect();
        String address = System.getenv("CLUSTER_HOST_ADDRESS");
        Assumptions.assumeTrue(
                address != null && !address.isBlank(),
                "SKIPPED: set CLUSTER_HOST_ADDRESS to this machine's address as the cluster's pods reach it");
        String namespace = cluster.namespace("agents", Map.of("pod-security.kubernetes.io/enforce", "restricted"));
        Path folder = Files.createTempDirectory("aideator-repositories-");
        TinyRepository.create(folder.resolve("tiny.git"));
        HostStack stack = new HostStack(
                cluster, namespace, EmbeddedRedis.temporaryAlsoOn(address), GitHttpServer.serve(address, folder));
        stack.settings.putAll(Map.ofEntries(
                Map.entry("DATABASE_URL", stack.postgres.url()),
                Map.entry("REDIS_URL", stack.redis.url()),
                Map.entry("AIDEATOR_AGENT_REDIS_URL", "redis://" + address + ":" + stack.redis.port()),
                Map.entry("AIDEATOR_PORT", Integer.toString(stack.port)),
                Map.entry("AIDEATOR_GATEWAY_PORT", Integer.toString(stack.gatewayPort)),
                Map.entry("AIDEATOR_GATEWAY_URL", "http://127.0.0.1:" + stack.gatewayPort),
                Map.entry("AIDEATOR_ORCHESTRATOR_URL", "http://127.0.0.1:" + stack.port),
                Map.entry("AIDEATOR_LAUNCHER", "kubernetes"),
                Map.entry("AIDEATOR_LOGS", "pods"),
                Map.entry("AIDEATOR_AGENTS_NAMESPACE", namespace),
                Map.entry("AIDEATOR_INSTALLATION", namespace),
                Map.entry("AIDEATOR_AGENT_IMAGE", cluster.images().agentRunner()),
                Map.entry("AIDEATOR_TOOLS_IMAGE", cluster.images().agentRunner()),
                Map.entry("AIDEATOR_ALLOWED_IMAGES", "*"),
                Map.entry("AIDEATOR_ALLOWED_REPO_HOSTS", address),
                Map.entry("AIDEATOR_COMMAND_AGENTS_SHELL_COMMAND", "sh"),
                Map.entry("AIDEATOR_AGENT_CPU_REQUEST", "50m"),
                Map.entry("AIDEATOR_AGENT_MEMORY_REQUEST", "64Mi"),
                Map.entry("AIDEATOR_AGENT_MEMORY_LIMIT", "384Mi"),
                Map.entry("MAX_PARALLEL_AGENTS", "1000")));
        stack.settings.putAll(settings);
        stack.startOrchestrator(Map.of());
        stack.gateway = stack.service("gateway", "stream-gateway-service", Map.of());
        stack.awaitAnswer();
        return stack;
    }

    private ChildProcess service(String name, String module, Map<String, String> more) {
        Map<String, String> environment = new TreeMap<>(settings);
        environment.putAll(more);
        return ChildProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        ROOT.resolve(module)
                                .resolve("target/quarkus-app/quarkus-run.jar")
                                .toString()),
                environment,
                LOGS.resolve(namespace + "-" + name + ".log").toAbsolutePath(),
                ChildProcess.StopSignal.TERM,
                GRACE);
    }

    /** {@code more}: settings of this one start. */
    void startOrchestrator(Map<String, String> more) {
        orchestrator = service("orchestrator", "orchestrator-service", more);
    }

    /** Ends it as an operator would, and starts it with other settings. */
    void restartOrchestrator(Map<String, String> more) {
        orchestrator.close();
        startOrchestrator(more);
        awaitAnswer();
    }

    /** SIGKILL: what it was about to do is not done. */
    void killOrchestrator() {
        orchestrator.kill();
    }

    void awaitOrchestratorsDeath() {
        await().atMost(SOON).until(() -> !orchestrator.isAlive());
    }

    void awaitAnswer() {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> api().get("/api/v1/runs").statusCode() == 200);
    }

    void stopRedis() {
        redis.stop();
    }

    void restartRedis() {
        redis = redis.restart();
    }

    Cluster cluster() {
        return cluster;
    }

    String namespace() {
        return namespace;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    URI stream(String run) {
        return URI.create(url() + "/api/v1/runs/" + run + "/stream/redis");
    }

    URI logsStream(String run) {
        return URI.create(url() + "/api/v1/runs/" + run + "/stream");
    }

    RequestSpecification api() {
        return RestAssured.given().baseUri(url()).contentType("application/json");
    }

    /**
     * A run of agents that take the prompt as a shell script, in an image with a shell: a user's, or the runner's own
     * where that can't be copied.
     */
    String shell(int variations, String script) {
        Map<String, Object> run = new HashMap<>(Map.of(
                "github_url", repository(),
                "prompt", script,
                "agents", Collections.nCopies(variations, Map.of("agent", "shell"))));
        if (cluster.images().hasNativeRunner()) {
            run.put("image", cluster.images().tools());
        }
        return post(run);
    }

    String survey(int variations) {
        return post(Map.of("github_url", repository(), "prompt", "What is risky here?", "variations", variations));
    }

    private String repository() {
        return repositories.address("tiny.git").toString();
    }

    String post(Map<String, ?> run) {
        return api().body(run)
                .post("/api/v1/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
    }

    JsonPath run(String id) {
        return api().get("/api/v1/runs/" + id).jsonPath();
    }

    String state(String id, int variation) {
        return run(id).getString("variations[" + variation + "].state");
    }

    void awaitOutput(String id, int variation, String text) {
        await().atMost(SOON).until(() -> output(id, variation).contains(text));
    }

    JsonPath ended(String id) {
        return ended(id, SOON);
    }

    JsonPath ended(String id, Duration within) {
        return await().atMost(within).until(() -> run(id), run -> run.get("ended_at") != null);
    }

    String output(String id, int variation) {
        return api().get("/api/v1/runs/" + id + "/variations/" + variation + "/output")
                .asString();
    }

    List<Job> jobs(String run) {
        return cluster.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel("aideator.dev/run", run)
                .list()
                .getItems();
    }

    List<Pod> pods(String run) {
        return cluster.client()
                .pods()
                .inNamespace(namespace)
                .withLabel("aideator.dev/run", run)
                .list()
                .getItems();
    }

    /** Waits until no object of any attempt is left, as there is none after all attempts have ended. */
    void awaitTidy() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(cluster.client()
                            .batch()
                            .v1()
                            .jobs()
                            .inNamespace(namespace)
                            .list()
                            .getItems())
                    .isEmpty();
            assertThat(cluster.client().secrets().inNamespace(namespace).list().getItems())
                    .isEmpty();
        });
    }

    @Override
    public void close() {
        api().post("/internal/v1/drain");
        orchestrator.close();
        gateway.close();
        repositories.close();
        redis.close();
        postgres.close();
        cluster.close();
    }
}
