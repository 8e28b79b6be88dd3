package dev.aideator.agent;

import dev.aideator.agent.git.TestRepository;
import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.EventStream;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamEntry;
import dev.aideator.servers.EmbeddedRedis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The packaged runner as a process, as a launcher starts it, beside a Redis and a repository of its own: as a jar, or as
 * the native executable where that was built.
 */
@Timeout(120)
abstract class PackagedRunner {

    /** Where the native executable is, see the profile native. */
    static final String EXECUTABLE = "native.image.path";

    @TempDir
    Path folder;

    final RunKeys keys = new RunKeys(UUID.randomUUID().toString());
    final Map<String, String> environment = new HashMap<>();
    final List<Process> started = new ArrayList<>();
    final Vertx vertx = Vertx.vertx();
    EmbeddedRedis server;
    Redis redis;
    EventStream stream;
    TestRepository repository;

    @BeforeEach
    void start() {
        server = EmbeddedRedis.temporary();
        redis = Redis.createClient(vertx, server.url());
        stream = new EventStream(redis, keys, Producer.variation(0));
        repository = new TestRepository(folder.resolve("origin"));
        repository
                .file("README.md", "# Hello\n\nA repository of one file and some history.\n")
                .commit("first", "ada");
        environment.putAll(Map.of(
                "RUN_ID",
                keys.runId(),
                "VARIATION_ID",
                "0",
                "EPOCH",
                "1",
                "REDIS_URL",
                server.url(),
                "AGENT",
                "survey",
                "REPO_URL",
                folder.resolve("origin").toString(),
                "PROMPT",
                "What is here? ${HOME}",
                "AIDEATOR_ALLOW_LOCAL_REPOS",
                "true",
                "OUTCOME_FILE",
                folder.resolve("outcome.json").toString(),
                "PID_FILE",
                folder.resolve("pid").toString()));
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        repository.close();
        redis.close();
        done(vertx.close());
        server.close();
    }

    void command(String line) {
        environment.put("AGENT", "command");
        environment.put("AGENT_COMMAND", line);
    }

    Process run() throws IOException {
        return run("runner");
    }

    Process run(String name) throws IOException {
        return start(runner(), name);
    }

    static List<String> runner() {
        String executable = System.getProperty(EXECUTABLE);
        if (executable != null) {
            return List.of(executable);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                Path.of("target", "quarkus-app", "quarkus-run.jar")
                        .toAbsolutePath()
                        .toString());
    }

    Process start(List<String> command, String name) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        // What the machine of the tests trusts is none of theirs.
        builder.environment().remove("SSL_CERT_FILE");
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** A whole attempt, sealed once it is complete. */
    FinalOutcome attempt() throws Exception {
        done(stream.open(1));
        Process runner = run();
        awaitComplete();
        done(stream.seal(1));
        awaitExit(runner, Duration.ofSeconds(20));
        return outcome();
    }

    void awaitComplete() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(last()).as(this::tale).isInstanceOf(Payload.AgentComplete.class));
    }

    /** What a runner leaves behind is there for certain once it has gone: its last word in Redis comes before its outcome. */
    void awaitExit(Process runner, Duration patience) throws InterruptedException {
        assertThat(runner.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                .as(this::tale)
                .isTrue();
        assertThat(runner.exitValue()).as(this::tale).isZero();
    }

    /** What became of the runners, for whoever has to find out why a test failed. */
    String tale() {
        String exits = started.stream()
                .map(process -> process.isAlive() ? "still runs" : "exit code " + process.exitValue())
                .collect(Collectors.joining(", "));
        try {
            return exits + "\n" + log("runner");
        } catch (IOException e) {
            return exits + ", and nothing on standard error: " + e;
        }
    }

    Payload last() {
        List<Event> events = events();
        return events.isEmpty() ? null : events.getLast().payload();
    }

    List<String> lines() {
        List<StreamEntry> entries;
        try {
            entries = done(stream.read(EntryId.START, 10_000));
        } catch (IllegalStateException e) {
            // Redis is not there yet.
            return List.of();
        }
        return entries.stream()
                .filter(StreamEntry.EventEntry.class::isInstance)
                .map(entry -> ((StreamEntry.EventEntry) entry).json())
                .toList();
    }

    List<Event> events() {
        return lines().stream().map(EventJson::decode).toList();
    }

    String text() {
        return events().stream()
                .filter(event -> event.payload() instanceof Payload.AgentOutput)
                .map(event -> ((Payload.AgentOutput) event.payload()).content())
                .collect(Collectors.joining());
    }

    List<String> stdout() throws IOException {
        return Files.readAllLines(folder.resolve("runner.out"));
    }

    /** What a process that was started by this name wrote to standard error. */
    String log(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".err"));
    }

    FinalOutcome outcome() throws IOException {
        Path file = folder.resolve("outcome.json");
        assertThat(file).as(this::tale).exists();
        return FinalOutcome.decode(Files.readString(file));
    }

    static <T> T done(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
