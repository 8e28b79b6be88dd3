package dev.aideator.local;

import dev.aideator.servers.Ports;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** The whole stack with real processes, on a data folder and ports of its own. */
final class TestStack implements AutoCloseable {

    static final Path CHECKOUT = Path.of("../..").toAbsolutePath().normalize();

    /**
     * An agent that works until the test lets it end: its prompt names the file that it waits for. It numbers its
     * lines, so that a lost one shows.
     */
    static final Map<String, String> PATIENT_AGENT = Map.of(
            "AIDEATOR_COMMAND_AGENTS_PATIENT_COMMAND",
            "read gate; n=0; while [ ! -e \"$gate\" ]; do n=$((n+1)); echo \"line $n\"; sleep 0.02; done; echo \"end $n\"");

    private final Settings settings;
    private Stack stack;

    private TestStack(Settings settings) {
        this.settings = settings;
    }

    static TestStack start(Path home, Map<String, String> more) throws InterruptedException {
        TestStack started = new TestStack(settings(home, more));
        started.start();
        return started;
    }

    static Settings settings(Path home, Map<String, String> more) {
        return Settings.from(environment(home, more), CHECKOUT);
    }

    /** What {@code up} needs to run on this data folder and free ports. */
    static Map<String, String> environment(Path home, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put(Settings.HOME, home.toString());
        environment.put(Settings.PORT, Integer.toString(Ports.free()));
        environment.put(Settings.GATEWAY_PORT, Integer.toString(Ports.free()));
        environment.put(Settings.REDIS_PORT, Integer.toString(Ports.free()));
        environment.put(Settings.POSTGRES_PORT, Integer.toString(Ports.free()));
        environment.putAll(more);
        return environment;
    }

    private void start() throws InterruptedException {
        News news =
                new News(new PrintStream(System.out, true), settings.logs().resolve("stack.log"), Clock.systemUTC());
        stack = Stack.start(settings, HomeLock.tryTake(settings.home()).orElseThrow(), news, new SecureRandom());
    }

    void restart() throws InterruptedException {
        stack.close();
        start();
    }

    Settings settings() {
        return settings;
    }

    RequestSpecification api() {
        return api(settings);
    }

    static RequestSpecification api(Settings settings) {
        return RestAssured.given()
                .baseUri(settings.orchestrator().toString())
                .basePath("/api/v1")
                .contentType(ContentType.JSON);
    }

    /** Starts a run of one patient agent and returns its id. */
    String startPatient(Path gate) {
        return start(CHECKOUT.toUri(), gate.toString(), "patient", 1);
    }

    String start(URI repository, String prompt, String agent, int variations) {
        return api().body(request(repository, prompt, agent, variations))
                .post("/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
    }

    static Map<String, Object> request(URI repository, String prompt, String agent, int variations) {
        Map<String, Object> request = new HashMap<>();
        // A file: address of Java's has one slash where git's has three.
        request.put("github_url", repository.toString().replaceFirst("^file:/(?!/)", "file:///"));
        request.put("prompt", prompt);
        request.put("variations", variations);
        request.put("agents", java.util.Collections.nCopies(variations, Map.of("agent", agent)));
        return request;
    }

    URI stream(String runId) {
        return settings.orchestrator().resolve("/api/v1/runs/" + runId + "/stream/redis");
    }

    URI gatewayStream(String runId) {
        return settings.gateway().resolve("/api/v1/runs/" + runId + "/stream/redis");
    }

    String output(String runId, int variation) {
        return api().get("/runs/{id}/variations/{n}/output", runId, variation)
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    /** The JVM that runs a module's jar, not the shell that keeps it. */
    ProcessHandle jvm(String module) {
        return HomeProcesses.of(settings.home()).stream()
                .filter(process -> HomeProcesses.commandLine(process).contains(module + "/target/quarkus-app"))
                .filter(process -> HomeProcesses.commandLine(process).startsWith(System.getProperty("java.home")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no process runs " + module));
    }

    ProcessHandle redis() {
        return HomeProcesses.of(settings.home()).stream()
                .filter(process -> HomeProcesses.commandLine(process).contains("redis-server 127.0.0.1:"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Redis runs"));
    }

    @Override
    public void close() {
        stack.close();
    }
}
