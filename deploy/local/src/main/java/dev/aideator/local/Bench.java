package dev.aideator.local;

import dev.aideator.events.RunKeys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How fast the stack is on this machine, each figure with how it was taken. */
final class Bench implements AutoCloseable {

    /** One agent at a time: the others of a measurement wait instead of taking the processor from it. */
    static final Map<String, String> AGENTS = Map.of(
            "MAX_PARALLEL_AGENTS",
            "1",
            "AIDEATOR_COMMAND_AGENTS_WAIT_COMMAND",
            "read gate; while [ ! -e \"$gate\" ]; do sleep 0.1; done",
            "AIDEATOR_COMMAND_AGENTS_HELLO_COMMAND",
            "echo hello",
            "AIDEATOR_COMMAND_AGENTS_FLOOD_COMMAND",
            "seq 1 " + Bench.FLOOD_LINES);

    private static final int FLOOD_LINES = 1_000_000;
    private static final int WARM_UP_POSTS = 100;
    private static final int POSTS = 400;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int ROUNDS = 20;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final PrintStream out;
    private final Runs runs;
    private final URI gateway;
    private final RedisProbe redis;
    private final Path repository;

    Bench(Settings settings, RunningStack stack, Path folder, PrintStream out) throws IOException {
        this.folder = folder;
        this.out = out;
        this.runs = new Runs(settings.orchestrator(), stack.apiToken());
        this.gateway = settings.gateway();
        this.redis = new RedisProbe(settings.redis(stack.redisUrl()));
        this.repository = TinyRepository.create(folder.resolve("tiny.git"));
    }

    void measure() throws IOException, InterruptedException {
        out.printf(
                "%d processors, Java %s, everything on this machine%n%n",
                Runtime.getRuntime().availableProcessors(), Runtime.version());
        measureSubmissions();
        measureFirstEvents();
        measureFlood();
        measurePublisher();
    }

    private void measureSubmissions() throws IOException, InterruptedException {
        try (Gate _ = waitingAgent(1)) {
            String request = Runs.request(repository, "Bench", "hello", 1);
            List<String> started = new ArrayList<>();
            Samples latencies = new Samples();
            for (int i = 0; i < WARM_UP_POSTS + POSTS; i++) {
                long start = System.nanoTime();
                started.add(runs.start(request));
                if (i >= WARM_UP_POSTS) {
                    latencies.add(System.nanoTime() - start);
                }
            }
            out.printf(
                    "POST /runs                        p50 %7.1f ms   p99 %7.1f ms%n",
                    latencies.at(0.50), latencies.at(0.99));
            out.printf(
                    "    %d one after another on one connection, after %d to warm up; they queue behind one waiting agent%n%n",
                    POSTS, WARM_UP_POSTS);
            for (String run : started) {
                runs.cancel(run);
            }
        }
    }

    private void measureFirstEvents() throws IOException, InterruptedException {
        String request = Runs.request(repository, "Bench", "hello", 1);
        Samples any = new Samples();
        Samples text = new Samples();
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            long start = System.nanoTime();
            try (Viewer viewer = runs.watch(runs.stream(runs.start(request)))) {
                long first = required(viewer.next(LONG_ENOUGH)).receivedAt();
                long output = required(viewer.next("agent_output", LONG_ENOUGH)).receivedAt();
                required(viewer.next("run_complete", LONG_ENOUGH));
                if (round >= WARM_UP_ROUNDS) {
                    any.add(first - start);
                    text.add(output - start);
                }
            }
        }
        out.printf("POST to the first event           p50 %7.1f ms   p99 %7.1f ms%n", any.at(0.50), any.at(0.99));
        out.printf("POST to the agent's first words   p50 %7.1f ms   p99 %7.1f ms%n", text.at(0.50), text.at(0.99));
        out.printf(
                "    in a viewer at port 8000, %d runs one after another, a tiny local repository, a command that prints"
                        + " one line;%n    the second contains the start of a JVM, the clone, and the program's start%n%n",
                ROUNDS);
    }

    /** A command agent prints as fast as it can: the runner cuts events as it reads. */
    private void measureFlood() throws IOException, InterruptedException {
        String run = runs.start(Runs.request(repository, "Bench", "flood", 1));
        try (Viewer viewer = runs.watch(gatewayStream(run))) {
            Viewer.Frame frame = required(viewer.next("agent_output", LONG_ENOUGH));
            long first = frame.receivedAt();
            long last = first;
            long events = 0;
            long bytes = 0;
            while (!frame.event().equals("run_complete")) {
                if (frame.event().equals("agent_output")) {
                    JsonNode event = JSON.readTree(frame.data());
                    bytes += event.path("content").asText().getBytes(StandardCharsets.UTF_8).length;
                    events++;
                    last = frame.receivedAt();
                }
                frame = required(viewer.next(LONG_ENOUGH));
            }
            double seconds = (last - first) / 1e9;
            out.printf(
                    "Agent to viewer                   %,.0f events/s   %.1f MB/s of text%n",
                    events / seconds, bytes / seconds / 1e6);
            out.printf(
                    "    a command agent that prints %,d lines: %,d events and %.1f MB through agent, Redis and gateway to one"
                            + " viewer%n%n",
                    FLOOD_LINES, events, bytes / 1e6);
        }
    }

    /** Beside a subscriber that talks to Redis itself, on the same events at the same time. */
    private void measurePublisher() throws IOException, InterruptedException {
        try (Gate gate = waitingAgent(2);
                Viewer viewer = runs.watch(gatewayStream(gate.run()))) {
            required(viewer.next("caught_up", LONG_ENOUGH));
            // Variation 1 waits for its turn: its stream is nobody's, and so ours.
            BenchPublisher publisher = new BenchPublisher(redis, new RunKeys(gate.run()), 1);
            BenchPublisher.Result direct = publisher.publish();
            long last = 0;
            for (int seen = 0; seen < BenchPublisher.EVENTS; ) {
                Viewer.Frame frame = required(viewer.next(LONG_ENOUGH));
                if (frame.event().equals("agent_output")) {
                    seen++;
                    last = frame.receivedAt();
                }
            }
            double viewerRate = BenchPublisher.EVENTS / ((last - direct.startedAt()) / 1e9);
            out.printf(
                    "Publisher to viewer               %,.0f events/s   (a bare Redis subscriber meanwhile: %,.0f events/s,"
                            + " ratio %.2f)%n",
                    viewerRate, direct.subscriberRate(), viewerRate / direct.subscriberRate());
            out.printf(
                    "    %,d events of %d bytes, appended by the stream's script on one connection, %d under way at a time%n",
                    BenchPublisher.EVENTS, BenchPublisher.CONTENT_BYTES, BenchPublisher.UNDER_WAY);
        }
    }

    /** A run whose first agent holds the only place until it is let go. */
    private Gate waitingAgent(int variations) throws IOException, InterruptedException {
        Path gate = Files.createTempFile(folder, "gate", "");
        Files.delete(gate);
        String run = runs.start(Runs.request(repository, gate.toString(), "wait", variations));
        long deadline = System.nanoTime() + LONG_ENOUGH.toNanos();
        while (!runs.get(run).path("variations").path(0).path("state").asText().equals("running")) {
            if (System.nanoTime() > deadline) {
                throw new IOException("The waiting agent did not start");
            }
            Thread.sleep(50);
        }
        return new Gate(run);
    }

    private final class Gate implements AutoCloseable {
        private final String run;

        Gate(String run) {
            this.run = run;
        }

        String run() {
            return run;
        }

        @Override
        public void close() throws IOException {
            try {
                runs.cancel(run);
                try (Viewer viewer = runs.watch(runs.stream(run))) {
                    required(viewer.next("run_complete", LONG_ENOUGH));
                }
            } catch (InterruptedException e) {
                // Told to hurry: the stack ends right behind us, and the run with it.
                Thread.currentThread().interrupt();
            }
        }
    }

    private URI gatewayStream(String run) {
        return gateway.resolve("/api/v1/runs/" + run + "/stream/redis");
    }

    private static Viewer.Frame required(Optional<Viewer.Frame> frame) throws IOException {
        return frame.orElseThrow(() -> new IOException("A viewer did not get an event that it waited for"));
    }

    @Override
    public void close() {
        redis.close();
    }
}
