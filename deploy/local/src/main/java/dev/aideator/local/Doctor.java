package dev.aideator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Asks every part whether it does its work, by making it do some. */
final class Doctor {

    private static final Duration EVENT_WITHIN = Duration.ofSeconds(10);
    private static final Duration RUN_WITHIN = Duration.ofSeconds(60);
    private static final int CONNECT_MILLIS = 2000;
    private static final int POSTGRES_PORT = 5432;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Settings settings;
    private final Consumer<Finding> findings;

    Doctor(Settings settings, Consumer<Finding> findings) {
        this.settings = settings;
        this.findings = findings;
    }

    void examine() throws InterruptedException {
        Optional<RunningStack> running = RunningStack.find(settings.home());
        if (running.isPresent()) {
            examine(running.get());
        } else {
            examineWithoutStack();
        }
    }

    private void examineWithoutStack() throws InterruptedException {
        findings.accept(Finding.open("Stack", "not running: ./aideator up starts it"));
        int leftOver = LeftOverRunners.find(settings.attempts()).size();
        if (leftOver > 0) {
            findings.accept(Finding.bad(
                    "Agents", leftOver + " left behind by a crash: ./aideator up adopts, ./aideator down ends them"));
        }
        try {
            FreePorts.require(settings);
            findings.accept(Finding.good("Ports", "free"));
        } catch (Refusal e) {
            findings.accept(Finding.bad("Ports", e.getMessage()));
        }
        if (settings.redisUrl().isPresent()) {
            examineRedis(settings.redisUrl().get());
        }
        settings.databaseUrl().ifPresent(this::reachDatabase);
    }

    private void examine(RunningStack stack) throws InterruptedException {
        findings.accept(
                Finding.good("Stack", "running, process " + stack.supervisor().pid()));
        boolean redis = examineRedis(stack.redisUrl());
        boolean orchestrator = examineOrchestrator(stack);
        boolean gateway = examineGateway(stack);
        if (orchestrator && redis) {
            runAnAgent(stack);
        } else {
            findings.accept(Finding.open("Agent", "not tried: mend the above first"));
        }
        if (gateway && redis) {
            sendAnEvent(stack);
        } else {
            findings.accept(Finding.open("Events", "not tried: mend the above first"));
        }
    }

    private boolean examineRedis(String url) throws InterruptedException {
        try (RedisProbe redis = new RedisProbe(settings.redis(url))) {
            String version = redis.version();
            String policy = redis.evictionPolicy();
            if (!policy.equals("noeviction")) {
                findings.accept(Finding.bad(
                        "Redis",
                        version + " evicts (" + policy
                                + "), so that events get lost: CONFIG SET maxmemory-policy noeviction"));
            } else if (isBefore62(version)) {
                findings.accept(Finding.bad("Redis", version + " is too old: 6.2 or later is needed"));
            } else {
                findings.accept(Finding.good("Redis", version + ", noeviction"));
            }
            return true;
        } catch (IOException | RuntimeException e) {
            findings.accept(Finding.bad(
                    "Redis",
                    "not reachable (" + e.getMessage() + "): "
                            + settings.redisUrl()
                                    .map(own -> "check REDIS_URL, those beside it in README.md, and that server")
                                    .orElse("see " + settings.logs().resolve("redis.log"))));
            return false;
        }
    }

    private static boolean isBefore62(String version) {
        String[] parts = version.split("\\.");
        int major = Integer.parseInt(parts[0]);
        return major < 6 || (major == 6 && Integer.parseInt(parts[1]) < 2);
    }

    /** Without a driver: whether anything listens there. The orchestrator tells more once it runs. */
    private void reachDatabase(String url) {
        URI uri = URI.create(url);
        int port = uri.getPort() < 0 ? POSTGRES_PORT : uri.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), CONNECT_MILLIS);
            findings.accept(Finding.good("Database", uri.getHost() + ":" + port + " takes connections"));
        } catch (IOException | RuntimeException e) {
            findings.accept(Finding.bad(
                    "Database", "not reachable (" + e.getMessage() + "): check DATABASE_URL and that server"));
        }
    }

    private boolean examineOrchestrator(RunningStack stack) throws InterruptedException {
        try {
            JsonNode health = runs(stack).health();
            JsonNode database = health.path("database");
            findings.accept(
                    database.path("reachable").asBoolean()
                            ? Finding.good("Database", "reachable, " + database.path("latency_ms") + " ms")
                            : Finding.bad(
                                    "Database",
                                    "not reachable (" + database.path("detail").asText() + "): see "
                                            + settings.logs().resolve("postgres.log")));
            String status = health.path("status").asText();
            String says =
                    stack.orchestrator() + ", version " + health.path("version").asText() + ", " + status;
            findings.accept(
                    status.equals("ok")
                            ? Finding.good("Orchestrator", says)
                            : Finding.bad(
                                    "Orchestrator", says + ": " + stack.orchestrator() + "/api/v1/health says why"));
            return !status.equals("down");
        } catch (IOException e) {
            findings.accept(Finding.bad(
                    "Orchestrator",
                    "no answer from " + stack.orchestrator() + " (" + e.getMessage() + "): see "
                            + settings.logs().resolve("orchestrator.log")));
            return false;
        }
    }

    private boolean examineGateway(RunningStack stack) {
        boolean ready = Http.isOk(stack.gateway().resolve("/q/health/ready"));
        findings.accept(
                ready
                        ? Finding.good("Gateway", stack.gateway() + ", ready")
                        : Finding.bad(
                                "Gateway",
                                "no answer from " + stack.gateway() + ": see "
                                        + settings.logs().resolve("gateway.log")));
        return ready;
    }

    /** A real run, seen through to its end; it stays in the list of runs like every other. */
    private void runAnAgent(RunningStack stack) throws InterruptedException {
        try {
            // Always the same one, and it stays: a runner may still look at it when its run is over.
            runAnAgentOn(TinyRepository.create(settings.home().resolve("doctor.git")), stack);
        } catch (Runs.Unexpected e) {
            findings.accept(
                    e.is("repository-refused")
                            ? Finding.open("Agent", "not tried: AIDEATOR_ALLOW_LOCAL_REPOS is not true")
                            : Finding.bad("Agent", "could not be tried: " + e.getMessage()));
        } catch (IOException e) {
            findings.accept(Finding.bad("Agent", "could not be tried: " + e.getMessage()));
        }
    }

    private void runAnAgentOn(Path repository, RunningStack stack) throws IOException, InterruptedException {
        Runs runs = runs(stack);
        long start = System.nanoTime();
        String id = runs.start(Runs.request(repository, "Doctor: can an agent run?", "survey", 1));
        try (Viewer viewer = runs.watch(runs.stream(id))) {
            Optional<Viewer.Frame> end = viewer.next("run_complete", RUN_WITHIN);
            String state = end.isPresent()
                    ? JSON.readTree(end.get().data()).path("state").asText()
                    : "not at its end";
            findings.accept(
                    state.equals("completed")
                            ? Finding.good("Agent", "survey completed a run in " + since(start) + " ms")
                            : Finding.bad(
                                    "Agent",
                                    "the run is " + state + ": look at " + stack.orchestrator() + "/runs/" + id));
        }
    }

    private void sendAnEvent(RunningStack stack) throws InterruptedException {
        String run = "doctor-" + UUID.randomUUID().toString().substring(0, 8);
        Runs runs = runs(stack);
        URI stream = runs.stream(run);
        try (RedisProbe redis = new RedisProbe(settings.redis(stack.redisUrl()));
                Viewer viewer = runs.watch(stream)) {
            if (viewer.status() == 404) {
                findings.accept(Finding.open("Events", "not tried: AIDEATOR_ALLOW_ADHOC_RUNS is not true"));
                return;
            }
            if (viewer.status() != 200 || viewer.next("caught_up", EVENT_WITHIN).isEmpty()) {
                findings.accept(Finding.bad(
                        "Events",
                        stream + " answers " + viewer.status() + " and no stream: see "
                                + settings.logs().resolve("gateway.log")));
                return;
            }
            redis.version(); // Connects, which is none of the way that is measured.
            long start = System.nanoTime();
            redis.publish("run:" + run + ":output:0", "{\"content\":\"Is anybody there?\"}");
            Optional<Viewer.Frame> event = viewer.next("agent_output", EVENT_WITHIN);
            findings.accept(
                    event.isPresent()
                            ? Finding.good(
                                    "Events",
                                    "one published to Redis reached a viewer in %.1f ms"
                                            .formatted((event.get().receivedAt() - start) / 1e6))
                            : Finding.bad(
                                    "Events",
                                    "one published to Redis did not reach a viewer within " + EVENT_WITHIN.toSeconds()
                                            + " s: see " + settings.logs().resolve("gateway.log")));
        } catch (IOException e) {
            findings.accept(Finding.bad("Events", "could not be tried: " + e.getMessage()));
        }
    }

    /** With the token that the stack was started with, whatever the settings say by now. */
    private static Runs runs(RunningStack stack) {
        return new Runs(stack.orchestrator(), stack.apiToken());
    }

    private static long since(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
