package dev.aideator.local.streams;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;

import io.vertx.core.Vertx;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast the gateway streams beside nchan and a FastAPI handler: the same events to the same client on the same
 * machine, in turns. Latency is from when an event is due to when its bytes are read: a feed that is held up by its server
 * makes events late, not fewer. Where there is no pace, an event is due when it is handed to the feed.
 */
public final class StreamBench {

    private static final int CONTENT_CHARACTERS = 100;
    /** Of each kind of measurement: a JVM's code is as fast as it gets only where it was used a lot. */
    private static final int WARM_UP_ROUNDS = 1;

    /** What a server may be behind when the last event is sent; what comes later counts as lost. */
    private static final long GRACE_MILLIS = 3_000;

    private static final long SATURATED_MILLIS = 30_000;
    /** Long enough for what a server does behind an opening. */
    private static final long SETTLING_MILLIS = 500;

    /**
     * What is due in one turn is sent together: one process plays hundreds of agents beside the server that is measured, and
     * to wake up for each of their events takes as much of the machine as the server does. A turn makes events late by half
     * of it in the mean, which is counted.
     */
    private static final long TURN_NANOS = 1_000_000;

    /** A window's worth of events and less, at the pace at which Redis takes them. */
    private static final double GATEWAY_SPEED = 10;

    private static final int IDLE_SHARE_OF_THE_SLOW = 5;

    private final StreamBenchSizes sizes;
    private final Path folder;
    private final PrintStream out;
    private final Vertx vertx;
    private final Report report;
    private final Viewers viewers;
    private final List<Contender> contenders = new ArrayList<>();
    /** Every round of every server has runs of its own: none finds what another left. */
    private long nextRun = 1;

    private StreamBench(StreamBenchSizes sizes, Path folder, PrintStream out, Vertx vertx, Viewers viewers) {
        this.sizes = sizes;
        this.folder = folder;
        this.out = out;
        this.vertx = vertx;
        this.viewers = viewers;
        this.report = new Report(out);
    }

    /** How the gateway is started for the Redis and {@link StandInOrchestrator} that it is to use. */
    public record GatewayProcess(List<String> command, Map<String, String> environment, URI ready) {}

    public static void measure(
            GatewayProcess gateway, String redisUrl, StreamBenchSizes sizes, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        Vertx vertx = Vertx.vertx();
        try (Viewers viewers = Viewers.start(folder.resolve("viewers.log"))) {
            StreamBench bench = new StreamBench(sizes, folder, out, vertx, viewers);
            bench.contenders.add(contender(gateway, redisUrl));
            bench.contenders.addAll(new Peers(folder, redisUrl, out).present());
            bench.measure();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static Contender contender(GatewayProcess gateway, String redisUrl) {
        return new Contender(
                Report.GATEWAY,
                gateway.command(),
                gateway.environment(),
                gateway.ready(),
                "/api/v1/runs/" + Contender.RUN + "/stream/redis",
                "caught_up",
                true,
                GATEWAY_SPEED,
                vertx -> new AppendFeed(vertx, redisUrl));
    }

    private void measure() throws IOException, InterruptedException {
        out.printf(
                "%d processors, Java %s, everything on this machine; load average %.1f before it all%n",
                Runtime.getRuntime().availableProcessors(), Runtime.version(), Machine.load());
        out.printf(
                "Medians of %d rounds in turns, after %d of each kind to warm up; µs CPU: of the server per delivery; server, client,"
                        + " machine: of one processor, how much they kept busy;%nlost and repeated: of all rounds, lost includes what came more than"
                        + " %d s late; at a given pace, what is due within %d ms is sent together; Redis does not rewrite its file meanwhile%n",
                sizes.rounds(), WARM_UP_ROUNDS, GRACE_MILLIS / 1000, TimeUnit.NANOSECONDS.toMillis(TURN_NANOS));
        List<StreamServer> servers = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                servers.add(StreamServer.start(contender, log(contender)));
            }
            measureLoads(servers);
        } finally {
            servers.forEach(StreamServer::close);
        }
        measureIdle();
        out.printf("%nLoad average %.1f after it all%n", Machine.load());
    }

    private void measureLoads(List<StreamServer> servers) throws IOException, InterruptedException {
        Medians<Round> saturated = measure(Load.saturated(sizes), servers);
        report.atLeast(3, saturated, "deliveries/s", "nchan memory", Round::perSecond);
        report.atLeast(3, saturated, "deliveries/s", "nchan Redis", Round::perSecond);
        report.atLeast(50, saturated, "deliveries/s", "FastAPI", Round::perSecond);

        Medians<Round> paced = measure(Load.paced(sizes), servers);
        report.atMost(1.2, paced, "CPU per delivery", "nchan memory", Round::microsPerDelivery);
        report.atMost(1.2, paced, "CPU per delivery", "nchan Redis", Round::microsPerDelivery);
        report.atMost(1, paced, "p99", "nchan Redis", Round::p99Millis);

        Medians<Round> replay = measure(Load.replay(sizes), servers);
        report.atMost(1, replay, "seconds", "nchan memory", Round::seconds);

        Medians<Round> tokens = measure(Load.tokens(sizes), servers);
        report.atMost(0.5, tokens, "processors kept busy", Round::serverShare);
        report.atMost(10, tokens, "p99 in ms", Round::p99Millis);
    }

    private Medians<Round> measure(Load load, List<StreamServer> servers) throws IOException, InterruptedException {
        Medians<Round> medians = new Medians<>();
        for (int round = 0; round < WARM_UP_ROUNDS + sizes.rounds(); round++) {
            for (StreamServer server : servers) {
                if (load.isFor(server.contender())) {
                    Round figures = round(load, server);
                    if (round >= WARM_UP_ROUNDS) {
                        medians.add(server.contender().name(), figures);
                    }
                }
            }
        }
        report.print(load, medians);
        return medians;
    }

    private Round round(Load load, StreamServer server) throws IOException, InterruptedException {
        long first = nextRun;
        nextRun += load.runs();
        int events = load.eventsFor(server.contender());
        try (Feed feed = server.feed(vertx);
                Viewers.Visit _ = viewers.visit()) {
            for (long run = first; run < nextRun; run++) {
                feed.open(runId(run));
            }
            feed.settle();
            if (load.stored()) {
                publish(load, feed, first, events);
            }
            long serverBefore = server.processorNanos();
            long clientBefore = viewers.processorNanos();
            long machineBefore = Machine.busyNanos();
            long start = System.nanoTime();
            // Whoever comes to stored events is measured from there; others when all of them are there.
            String mark = load.stored() ? " 200 " : server.contender().openMark();
            Viewers.Opened opened =
                    viewers.watch(server.port(), server.path(), first, load.runs(), load.viewersPerRun(), events, mark);
            if (opened.failed() > 0) {
                throw new IOException(opened.failed() + " viewers could not watch "
                        + server.contender().name());
            }
            if (!load.stored()) {
                serverBefore = server.processorNanos();
                clientBefore = viewers.processorNanos();
                machineBefore = Machine.busyNanos();
                start = System.nanoTime();
                publish(load, feed, first, events);
            }
            Viewers.Result result = viewers.await(load.perSecond() == 0 ? SATURATED_MILLIS : GRACE_MILLIS);
            long serverNanos = server.processorNanos() - serverBefore;
            long clientNanos = viewers.processorNanos() - clientBefore;
            long machineNanos = Machine.busyNanos() - machineBefore;
            if (result.garbled() > 0) {
                throw new IOException(
                        result.garbled() + " events of " + server.contender().name() + " could not be read");
            }
            return new Round(
                    result.delivered(),
                    result.lost(),
                    result.repeated(),
                    result.lastAt() - start,
                    serverNanos,
                    clientNanos,
                    machineNanos,
                    result.p50(),
                    result.p99());
        }
    }

    /** Spreads the runs' events evenly over turns where there is a pace; where there is none, each is sent by itself. */
    private static void publish(Load load, Feed feed, long firstRun, int events)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        long between =
                load.perSecond() == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / ((long) load.perSecond() * load.runs());
        long sent = 0;
        for (int number = 1; number <= events; number++) {
            for (int run = 0; run < load.runs(); run++) {
                long due = start + sent++ * between;
                if (System.nanoTime() < due) {
                    feed.flush();
                    sleepUntil(between < TURN_NANOS ? due + TURN_NANOS : due);
                }
                feed.publish(event(runId(firstRun + run), number, between == 0 ? System.nanoTime() : due));
                if (between == 0) {
                    feed.flush();
                }
            }
        }
        feed.settle();
    }

    private static void sleepUntil(long then) {
        for (long now = System.nanoTime(); now < then; now = System.nanoTime()) {
            LockSupport.parkNanos(then - now);
        }
    }

    private static Event event(String runId, int number, long due) {
        return new Event(
                runId,
                Producer.variation(0),
                new EntryId(1, number),
                Instant.now(),
                new Payload.AgentOutput(Stamp.text(number, due, CONTENT_CHARACTERS)));
    }

    /**
     * A new process each time, as memory that was used once is kept. The first half as many connections warm it up, so
     * that what code and pools take is not counted as the connections'.
     */
    private void measureIdle() throws IOException, InterruptedException {
        Medians<IdleRound> medians = new Medians<>();
        List<Contender> started = new ArrayList<>(contenders);
        Contender gateway = contenders.getFirst();
        started.add(1, StartCache.recorded(gateway, folder, log(gateway)));
        for (int round = 0; round < sizes.rounds(); round++) {
            for (Contender contender : started) {
                medians.add(contender.name(), idle(contender));
            }
        }
        report.printIdle(sizes.idle(), medians);
        report.atMost(6 * 1024, medians, "bytes of an idle connection", IdleRound::bytesPerConnection);
        report.atLeast(5000, medians, "accepts/s", IdleRound::acceptsPerSecond);
        report.atMost(1000, medians, "ready, ms", IdleRound::readyMillis);
        report.atMostCached(1000, medians, "ready, ms", IdleRound::readyMillis);
    }

    private IdleRound idle(Contender contender) throws IOException, InterruptedException {
        long run = nextRun++;
        int connections = contender.speed() < 1 ? sizes.idle() / IDLE_SHARE_OF_THE_SLOW : sizes.idle();
        try (StreamServer server = StreamServer.start(contender, log(contender));
                Feed feed = server.feed(vertx);
                Viewers.Visit _ = viewers.visit()) {
            feed.open(runId(run));
            feed.settle();
            Viewers.Opened warmUp =
                    viewers.watch(server.port(), server.path(), run, 1, connections / 2, 0, contender.openMark());
            Thread.sleep(SETTLING_MILLIS);
            long before = server.residentBytes();
            Viewers.Opened opened =
                    viewers.watch(server.port(), server.path(), run, 1, connections, 0, contender.openMark());
            Thread.sleep(SETTLING_MILLIS);
            long after = server.residentBytes();
            int there = connections - opened.failed();
            return new IdleRound(
                    server.readyNanos(),
                    there * 1e9 / opened.nanos(),
                    (double) (after - before) / there,
                    warmUp.failed() + opened.failed());
        }
    }

    private Path log(Contender contender) {
        return folder.resolve(contender.name().replace(' ', '-') + ".log");
    }

    private static String runId(long run) {
        return Contender.RUN.formatted(run);
    }
}
