package dev.aideator.faults;

import dev.aideator.events.Producer;
import dev.aideator.faults.RunRecord.VariationRecord;
import dev.aideator.redis.RedisAccess;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * One round: an orchestrator, agents, gateways and a crowd of viewers around a Redis that the scenario brings. What is
 * random comes from {@link #random}, so that a seed tells the whole round.
 */
final class Scene implements AutoCloseable {

    /** A hundred agents who all say that Redis is away say nothing new. */
    private static final Logger PUBLISHER = Logger.getLogger("dev.aideator.agent.publish");

    static {
        PUBLISHER.setLevel(Level.SEVERE);
    }

    /** What gateways logged stays, for whoever wants to know why a round failed. */
    private static final Path LOGS = Path.of("target", "faults").toAbsolutePath();

    private final Random random;
    private final Path folder;
    private final Map<String, String> redisOfGateways;
    private final StandInOrchestrator orchestrator;
    private final Crowd crowd;
    private final List<GatewayProcess> gateways = new ArrayList<>();
    private final List<Agent> agents = new CopyOnWriteArrayList<>();
    private int logs;

    /** {@code redis}: the variables that say where Redis is, for the orchestrator and for gateways. */
    Scene(long seed, Map<String, String> redis) {
        this(seed, redis, redis);
    }

    Scene(long seed, Map<String, String> redis, Map<String, String> redisOfGateways) {
        this.random = new Random(seed);
        this.redisOfGateways = redisOfGateways;
        try {
            this.folder = Files.createTempDirectory(Files.createDirectories(LOGS), "seed-" + seed + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.orchestrator = new StandInOrchestrator(RedisAccess.from(redis));
        this.crowd = new Crowd(seed);
    }

    static Map<String, String> at(String redisUrl) {
        return Map.of("REDIS_URL", redisUrl);
    }

    Random random() {
        return random;
    }

    StandInOrchestrator orchestrator() {
        return orchestrator;
    }

    Crowd crowd() {
        return crowd;
    }

    /** Starts gateways; returns when they all are ready, and viewers know them. */
    List<GatewayProcess> gateways(int count, String... settings) {
        List<GatewayProcess> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fresh.add(GatewayProcess.start(environment(settings), log()));
        }
        gateways.addAll(fresh);
        fresh.forEach(GatewayProcess::awaitReady);
        crowd.gateways(gateways.stream().map(GatewayProcess::port).toList());
        return fresh;
    }

    /** A gateway in the place of one that has gone. */
    GatewayProcess again(GatewayProcess gone) {
        GatewayProcess fresh = GatewayProcess.start(gone.port(), environment(), log());
        gateways.set(gateways.indexOf(gone), fresh);
        return fresh.awaitReady();
    }

    private Map<String, String> environment(String... settings) {
        Map<String, String> environment = new HashMap<>(redisOfGateways);
        environment.put("AIDEATOR_ORCHESTRATOR_URL", orchestrator.url());
        environment.put("AIDEATOR_ATTEMPTS_DIR", attempts().toString());
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            environment.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return environment;
    }

    private Path log() {
        return folder.resolve("gateway-" + logs++ + ".log");
    }

    private Path attempts() {
        return folder.resolve("attempts");
    }

    /** Runs whose agents speak to Redis as {@code redis} says. */
    List<RunRecord> runs(int count, int variations, Map<String, String> redis) {
        List<RunRecord> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RunRecord run = orchestrator.run(new UUID(random.nextLong(), random.nextLong()).toString(), variations);
            run.variations().forEach(variation -> attempt(run, variation.producer(), redis));
            runs.add(run);
        }
        return runs;
    }

    /** The next attempt of a variation. */
    Agent attempt(RunRecord run, Producer variation, Map<String, String> redis) {
        VariationRecord record = run.variation(variation);
        Agent agent =
                new Agent(run.keys(), variation, run.attempts(record).size() + 1, RedisAccess.from(redis), attempts());
        run.started(agent);
        agents.add(agent);
        return agent;
    }

    List<Agent> agents() {
        return List.copyOf(agents);
    }

    Talk talk(int pieces, long millis) {
        return new Talk(random, agents(), pieces, millis);
    }

    /** Everybody has said all. */
    void endAll() {
        agents.forEach(Agent::end);
    }

    @Override
    public void close() {
        crowd.close();
        gateways.forEach(GatewayProcess::close);
        agents.forEach(Agent::close);
        orchestrator.close();
        remove(attempts());
    }

    private static void remove(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
