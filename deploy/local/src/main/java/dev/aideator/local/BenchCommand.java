package dev.aideator.local;

import dev.aideator.local.streams.StandInOrchestrator;
import dev.aideator.local.streams.StreamBench;
import dev.aideator.local.streams.StreamBenchSizes;
import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.Ports;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Measures on a stack of its own: temporary data, free ports, nothing of the user's is touched. {@code --runner} measures
 * the agent runner alone, the native executable beside the JVM; {@code --streams} the gateway alone, beside other servers.
 */
@Command(name = "bench")
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--runner")
    private boolean runner;

    @Option(names = "--streams")
    private boolean streams;

    @Option(names = "--rounds", defaultValue = "5")
    private int rounds;

    @Option(names = "--viewers", defaultValue = "1000")
    private int viewers;

    @Option(names = "--events", defaultValue = "1000")
    private int events;

    @Option(names = "--seconds", defaultValue = "4")
    private int seconds;

    @Option(names = "--idle", defaultValue = "5000")
    private int idle;

    @Option(names = "--runs", defaultValue = "500")
    private int runs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("aideator-bench-");
        try {
            if (runner) {
                new RunnerBench(Main.settings(), folder, System.out).measure();
                return 0;
            }
            if (streams) {
                measureStreams(folder);
                return 0;
            }
            Settings settings = Settings.from(
                    environment(folder.resolve("home"), Main.settings().apiToken()),
                    Main.settings().checkout());
            News silent = new News(
                    new PrintStream(OutputStream.nullOutputStream()),
                    settings.logs().resolve("stack.log"),
                    Clock.systemUTC());
            HomeLock lock = HomeLock.tryTake(settings.home()).orElseThrow();
            try (Stack stack = Stack.start(settings, lock, silent, new SecureRandom());
                    Bench bench = new Bench(settings, stack.running(), folder, System.out)) {
                bench.measure();
            }
        } finally {
            RemovedFolder.remove(folder);
        }
        return 0;
    }

    /** Only the gateway, and what it needs: neither PostgreSQL nor an orchestrator takes anything from it. */
    private void measureStreams(Path folder) throws IOException, InterruptedException {
        if (!ChildUsage.canBeTold()) {
            throw new Refusal("What processes take is read from /proc, which this system does not have.");
        }
        // A rewrite of its file forks Redis, which slows all down for 0.3 s, in whichever server's round it falls.
        try (EmbeddedRedis redis = EmbeddedRedis.temporaryWith("--auto-aof-rewrite-percentage", "0");
                StandInOrchestrator orchestrator = new StandInOrchestrator()) {
            Map<String, String> environment = environment(folder.resolve("home"), Optional.empty());
            environment.put(Settings.PORT, Integer.toString(orchestrator.port()));
            Service gateway = Service.gateway(
                    Settings.from(environment, Main.settings().checkout()), redis.url(), "nobody asks for it");
            Map<String, String> ofGateway = new HashMap<>(gateway.environment());
            // All viewers come from this machine, and watch one run.
            ofGateway.put("AIDEATOR_GATEWAY_LIMITS_PER_ADDRESS", "0");
            ofGateway.put("AIDEATOR_GATEWAY_LIMITS_PER_RUN", "0");
            // Blank, as one of the user's would be inherited: no peer asks its viewers for a token.
            ofGateway.put(Settings.API_TOKEN, "");
            StreamBench.measure(
                    new StreamBench.GatewayProcess(gateway.command(), ofGateway, gateway.ready()),
                    redis.url(),
                    new StreamBenchSizes(rounds, viewers, events, seconds, idle, runs),
                    folder,
                    System.out);
        }
    }

    private static Map<String, String> environment(Path home, Optional<String> apiToken) {
        Map<String, String> environment = new HashMap<>();
        environment.put(Settings.HOME, home.toString());
        environment.put(Settings.PORT, Integer.toString(Ports.free()));
        environment.put(Settings.GATEWAY_PORT, Integer.toString(Ports.free()));
        environment.put(Settings.REDIS_PORT, Integer.toString(Ports.free()));
        environment.put(Settings.POSTGRES_PORT, Integer.toString(Ports.free()));
        // The services inherit it with our environment; whoever measures them has to know it.
        apiToken.ifPresent(token -> environment.put(Settings.API_TOKEN, token));
        environment.putAll(Bench.AGENTS);
        return environment;
    }
}
