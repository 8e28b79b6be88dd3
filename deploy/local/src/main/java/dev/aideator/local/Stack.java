package dev.aideator.local;

import dev.aideator.servers.ChildProcess;
import dev.aideator.servers.EmbeddedPostgres;
import dev.aideator.servers.EmbeddedRedis;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * PostgreSQL, Redis, orchestrator and gateway, started and stopped as one. Databases that the user has are used
 * instead of ours. {@link #close} ends live runs as cancelled and leaves no process behind.
 */
final class Stack implements AutoCloseable {

    private static final Duration SERVICE_GRACE = Duration.ofSeconds(8);
    /** The orchestrator itself answers after 20 s. */
    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(22);

    private static final int TOKEN_BYTES = 24;

    private final Settings settings;
    private final News news;
    private final HomeLock lock;
    private final String token;

    private volatile Supervised redis;
    private volatile Supervised postgres;
    private volatile Supervised orchestrator;
    private volatile Supervised gateway;
    private volatile RunningStack running;
    private volatile boolean hurried;
    private volatile CompletableFuture<?> draining = CompletableFuture.completedFuture(null);

    private Stack(Settings settings, News news, HomeLock lock, String token) {
        this.settings = settings;
        this.news = news;
        this.lock = lock;
        this.token = token;
    }

    /** Returns once everything is healthy. Throws a {@link Refusal}, and leaves nothing running, when it cannot be. */
    static Stack start(Settings settings, HomeLock lock, News news, RandomGenerator random)
            throws InterruptedException {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = settings.variable("AIDEATOR_INTERNAL_TOKEN")
                .orElse(HexFormat.of().formatHex(bytes));
        Stack stack = new Stack(settings, news, lock, token);
        try {
            settings.redisUrl().ifPresent(settings::redis);
            FreePorts.require(settings);
            stack.startAll();
            return stack;
        } catch (IOException e) {
            stack.close();
            throw new Refusal("The stack could not be started: " + e.getMessage());
        } catch (RuntimeException | InterruptedException e) {
            stack.close();
            throw e;
        }
    }

    private void startAll() throws IOException, InterruptedException {
        Files.createDirectories(settings.attempts());
        CompletableFuture<String> redisUrl =
                CompletableFuture.supplyAsync(() -> settings.redisUrl().orElseGet(this::startRedis));
        CompletableFuture<String> databaseUrl =
                CompletableFuture.supplyAsync(() -> settings.databaseUrl().orElseGet(this::startPostgres));
        String redisAt = outcome(redisUrl);
        String databaseAt = outcome(databaseUrl);

        Service orchestratorService = Service.orchestrator(settings, redisAt, databaseAt, token);
        Service gatewayService = Service.gateway(settings, redisAt, token);
        orchestrator = launch(orchestratorService);
        gateway = launch(gatewayService);
        if (redis != null) {
            redis.awaitReady(() -> true);
        }
        if (postgres != null) {
            postgres.awaitReady(() -> true);
        }
        orchestrator.awaitReady(() -> Http.isOk(orchestratorService.ready()));
        gateway.awaitReady(() -> Http.isOk(gatewayService.ready()));
        running = new RunningStack(
                ProcessHandle.current(),
                settings.orchestrator(),
                settings.gateway(),
                redisAt,
                databaseAt,
                settings.apiToken());
        running.write(settings.home());
    }

    /** The reason why, rather than that something asynchronous had one. */
    private static String outcome(CompletableFuture<String> url) {
        try {
            return url.join();
        } catch (CompletionException e) {
            throw new Refusal(e.getCause().getMessage());
        }
    }

    private String startRedis() {
        Path log = log("redis");
        EmbeddedRedis[] server = new EmbeddedRedis[1];
        redis = Supervised.start(
                "Redis",
                log,
                () -> {
                    server[0] = EmbeddedRedis.start(settings.home().resolve("redis"), settings.redisPort(), log);
                    return server[0].process();
                },
                news);
        return server[0].url();
    }

    private String startPostgres() {
        Path log = log("postgres");
        EmbeddedPostgres[] server = new EmbeddedPostgres[1];
        postgres = Supervised.start(
                "PostgreSQL",
                log,
                () -> {
                    server[0] =
                            EmbeddedPostgres.start(settings.home().resolve("postgres"), settings.postgresPort(), log);
                    return server[0].process();
                },
                news);
        return server[0].url();
    }

    private Supervised launch(Service service) {
        Path log = log(service.name());
        return Supervised.start(
                service.name(),
                log,
                () -> ChildProcess.start(
                        service.command(), service.environment(), log, ChildProcess.StopSignal.TERM, SERVICE_GRACE),
                news);
    }

    private Path log(String name) {
        try {
            return LogFile.rotated(settings.logs().resolve(name + ".log"));
        } catch (IOException e) {
            throw new Refusal("Logs cannot be written to " + settings.logs() + ": " + e.getMessage());
        }
    }

    RunningStack running() {
        return running;
    }

    /** Ends live runs, then services, then databases: each while what it needs is still there. */
    @Override
    public void close() {
        // Whoever interrupted the start wants this to be carried out, not to be interrupted as well.
        boolean interrupted = Thread.interrupted();
        if (running != null && !hurried) {
            drain();
        }
        endAll(orchestrator, gateway);
        endRunners();
        endAll(redis, postgres);
        try {
            Files.deleteIfExists(RunningStack.file(settings.home()));
        } catch (IOException e) {
            news.say("Could not remove " + RunningStack.file(settings.home()) + ": " + e.getMessage());
        }
        lock.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes a {@link #close} that is under way in another thread quick: live runs do not get to say that they end. */
    void hurry() {
        hurried = true;
        draining.cancel(true);
        Stream.of(orchestrator, gateway).filter(Objects::nonNull).forEach(Supervised::kill);
    }

    private void drain() {
        URI drain = settings.orchestrator().resolve("/internal/v1/drain");
        HttpRequest request = HttpRequest.newBuilder(drain)
                .header("Authorization", "Bearer " + token)
                .timeout(DRAIN_WITHIN)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                Http.CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        draining = answer;
        try {
            int status =
                    answer.get(DRAIN_WITHIN.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status != 200) {
                news.say("Not every run ended in time (the orchestrator answered " + status + ").");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (CancellationException | ExecutionException | TimeoutException e) {
            if (!hurried) {
                news.say("Live runs could not be ended first: " + e.getMessage());
            }
        }
    }

    private void endRunners() {
        try {
            Duration grace = hurried ? Duration.ZERO : Duration.ofSeconds(5);
            int ended = LeftOverRunners.end(settings.attempts(), grace);
            if (ended > 0) {
                news.say(ended + (ended == 1 ? " agent was" : " agents were") + " still at work and ended.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endAll(Supervised... processes) {
        List<Thread> closers = Stream.of(processes)
                .filter(Objects::nonNull)
                .map(process -> Thread.ofVirtual().start(process::close))
                .toList();
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
