package dev.aideator.local;

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
 * the agent runner alone, the native executable beside the JVM.
 */
@Command(name = "bench")
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--runner")
    private boolean runner;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("aideator-bench-");
        try {
            if (runner) {
                new RunnerBench(Main.settings(), folder, System.out).measure();
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
