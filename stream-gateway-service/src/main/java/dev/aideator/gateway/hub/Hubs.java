package dev.aideator.gateway.hub;

import dev.aideator.events.Position;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.Source;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/** The watched runs: one hub each, made for the first viewer and closed some time after the last. Thread-safe. */
public final class Hubs {

    /** What a closing gateway gives each viewer, so that a few are gone at once and thousands don't come back at once. */
    private static final long DRAIN_MILLIS_PER_VIEWER = 2;

    private static final long DRAIN_LOOK_MILLIS = 20;
    private static final Duration DRAIN_GRACE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Function<HubKey, RunArchive> archives;
    private final Sources sources;
    private final HubConfig config;
    private final Clock clock;
    private final HubMeters meters;
    private final Windows windows;
    private final ConcurrentMap<HubKey, Hub> hubs = new ConcurrentHashMap<>();

    /** Opens a run's source; each call makes one for one reader. */
    public interface Sources {
        Source open(HubKey key, RunFacts facts);
    }

    public Hubs(
            Vertx vertx,
            Function<HubKey, RunArchive> archives,
            Sources sources,
            HubConfig config,
            Clock clock,
            MeterRegistry registry) {
        this.vertx = vertx;
        this.archives = archives;
        this.sources = sources;
        this.config = config;
        this.clock = clock;
        this.meters = new HubMeters(registry);
        this.windows = new Windows(config, registry);
        Gauge.builder("gateway.hubs", hubs, ConcurrentMap::size)
                .description("Runs that are watched, or were a moment ago")
                .register(registry);
        Gauge.builder("gateway.viewers.lagging", this, it -> it.lag().viewers())
                .description("Viewers who have frames to get yet that are in memory")
                .register(registry);
        Gauge.builder("gateway.viewers.lag", this, it -> it.lag().frames())
                .baseUnit("frames")
                .description("How many, for the one who is furthest behind")
                .register(registry);
        Gauge.builder("gateway.viewers.forward", this, it -> it.lag().forward())
                .description("Viewers who are behind what is in memory, and are read forward by themselves")
                .register(registry);
    }

    private Lag lag() {
        return hubs.values().stream().map(Hub::lag).reduce(Lag.NONE, Lag::and);
    }

    public int viewers() {
        return meters.viewers();
    }

    /** Serves a viewer; fails when the run is unknown, or nobody can say. */
    public Future<Attachment> attach(HubKey key, Position from, ViewerConnection connection, Buffer preamble) {
        return attach(((VertxInternal) vertx).getOrCreateContext(), key, from, connection, preamble);
    }

    private Future<Attachment> attach(
            ContextInternal asking, HubKey key, Position from, ViewerConnection connection, Buffer preamble) {
        return hub(asking, key).attach(from, connection, preamble).compose(attachment -> switch (attachment) {
            case Attachment.Attached attached -> Future.succeededFuture(attached);
            case Attachment.Finished finished -> Future.succeededFuture(finished);
            case Attachment.Closed closed -> attach(asking, key, from, connection, preamble);
        });
    }

    /** Whether a viewer there has the whole run and nothing will follow; fails as {@link #attach} does. Opens no hub. */
    public Future<Boolean> lacksNothing(HubKey key, Position at) {
        return archives.apply(key).facts().map(facts -> facts.nothingLacksAt(at));
    }

    /**
     * Begins to close all streams, spread so that their viewers don't all come back at the same moment. Succeeds when all
     * are gone, and soon after all should be in any case: one who does not read is not waited for.
     */
    public Future<Void> drain(Duration longest) {
        long millis = Math.min(longest.toMillis(), meters.viewers() * DRAIN_MILLIS_PER_VIEWER);
        hubs.values().forEach(hub -> hub.drain(millis));
        Promise<Void> gone = Promise.promise();
        long patience =
                System.nanoTime() + Duration.ofMillis(millis).plus(DRAIN_GRACE).toNanos();
        vertx.setPeriodic(DRAIN_LOOK_MILLIS, DRAIN_LOOK_MILLIS, timer -> {
            if (meters.viewers() == 0 || System.nanoTime() - patience > 0) {
                vertx.cancelTimer(timer);
                gone.tryComplete();
            }
        });
        return gone.future();
    }

    public void close() {
        hubs.values().forEach(Hub::stop);
    }

    private Hub hub(ContextInternal asking, HubKey key) {
        return hubs.computeIfAbsent(key, it -> open(asking, it));
    }

    private Hub open(ContextInternal asking, HubKey key) {
        windows.opened();
        return new Hub(
                vertx,
                sameLoop(asking),
                key,
                archives.apply(key),
                facts -> sources.open(key, facts),
                config,
                clock,
                meters,
                windows,
                closed -> hubs.remove(key, closed));
    }

    /** A run's frames need not change threads on their way to its first viewer, and most runs have one. */
    private Context sameLoop(ContextInternal asking) {
        return ((VertxInternal) vertx)
                .createEventLoopContext(
                        asking.nettyEventLoop(), null, Thread.currentThread().getContextClassLoader());
    }
}
