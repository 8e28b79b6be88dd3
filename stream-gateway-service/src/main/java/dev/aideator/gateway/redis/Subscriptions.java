package dev.aideator.gateway.redis;

import dev.aideator.events.RunKeys;
import dev.aideator.gateway.source.Backoff;
import dev.aideator.gateway.source.Source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.jboss.logging.Logger;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The gateway's one pub/sub connection. It is subscribed to the channels of watched runs, each as long as somebody
 * watches; when it is lost it is made anew, subscribed again, and then every watcher is told to read what it missed.
 * All state belongs to one event loop; watchers are called on theirs.
 */
public final class Subscriptions {

    private static final Logger LOG = Logger.getLogger(Subscriptions.class);

    private final Vertx vertx;
    private final ContextInternal context;
    private final IntFunction<Redis> clients;
    private final RedisConfig config;
    private final int longestMessage;
    private final Counter connects;
    private final Counter tooLong;
    private final Map<String, Watched> watched = new HashMap<>();
    private final Backoff backoff;
    private final Handover handover;

    /** Null while there is none; a new client for each connection, as closing it is sure to end the connection. */
    private Redis client;

    private int attempt;
    private RedisConnection connection;
    private volatile boolean connected;
    private volatile long awaySinceNanos = System.nanoTime();
    private final Map<String, Promise<Void>> probes = new HashMap<>();
    private long probeCount;
    private boolean closed;

    /**
     * {@code clients}: makes the client of each connection in a row, counted from 0. {@code longestMessage}: bytes of one
     * message; longer ones are dropped, an event among them is read from its stream.
     */
    public Subscriptions(
            Vertx vertx, IntFunction<Redis> clients, RedisConfig config, int longestMessage, MeterRegistry meters) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.clients = clients;
        this.config = config;
        this.longestMessage = longestMessage;
        this.handover = new Handover(context);
        this.backoff = new Backoff(config.longestBackoff().toMillis());
        this.connects = Counter.builder("gateway.redis.pubsub.connects")
                .description("How often the pub/sub connection was made")
                .register(meters);
        this.tooLong = Counter.builder("gateway.messages.dropped")
                .tag("reason", "too_long")
                .register(meters);
        Gauge.builder("gateway.redis.subscribed", this, it -> it.isConnected() ? 1 : 0)
                .description("Whether the pub/sub connection is there")
                .register(meters);
        Gauge.builder("gateway.redis.away", this, it -> it.away().toMillis() / 1000.0)
                .baseUnit("seconds")
                .description("For how long it has not been there")
                .register(meters);
        context.runOnContext(v -> connect());
        context.runOnContext(v -> vertx.setPeriodic(config.watchdog().toMillis(), timer -> watch()));
    }

    public boolean isConnected() {
        return connected;
    }

    /** For how long there has been no connection; zero while there is one. */
    public Duration away() {
        return connected ? Duration.ZERO : Duration.ofNanos(Math.max(1, System.nanoTime() - awaySinceNanos));
    }

    public void close() {
        context.runOnContext(v -> {
            closed = true;
            disconnect();
        });
    }

    /** One who watches some channels; the listener is called on the event loop that asked. */
    private record Watcher(List<String> channels, ContextInternal context, Source.Listener listener) {

        // Every watcher is one of its own, whatever it watches.
        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        void repair() {
            context.runOnContext(v -> listener.newsEverywhere());
        }
    }

    /** A channel, and who watches it. */
    private record Watched(RunKeys.Channel channel, Set<Watcher> watchers) {

        static Watched named(String name) {
            return new Watched(RunKeys.Channel.parse(name).orElseThrow(), new LinkedHashSet<>());
        }
    }

    Source.Watch watch(List<String> channels, Source.Listener listener) {
        Watcher watcher = new Watcher(channels, ((VertxInternal) vertx).getOrCreateContext(), listener);
        context.runOnContext(v -> add(watcher));
        return () -> context.runOnContext(v -> remove(watcher));
    }

    private void add(Watcher watcher) {
        List<String> fresh = watcher.channels().stream()
                .filter(name -> !watched.containsKey(name))
                .toList();
        watcher.channels()
                .forEach(name ->
                        watched.computeIfAbsent(name, Watched::named).watchers().add(watcher));
        if (connection != null) {
            subscribe(fresh).onSuccess(subscribed -> watcher.repair());
        }
    }

    private void remove(Watcher watcher) {
        List<String> unwatched = watcher.channels().stream()
                .filter(name -> watched.containsKey(name)
                        && watched.get(name).watchers().remove(watcher)
                        && watched.get(name).watchers().isEmpty())
                .toList();
        unwatched.forEach(watched::remove);
        if (connection != null && !unwatched.isEmpty()) {
            connection.send(request(Command.UNSUBSCRIBE, unwatched));
        }
    }

    /** Succeeds when Redis has subscribed: it answers the probe behind the SUBSCRIBE only afterwards. */
    private Future<Void> subscribe(Collection<String> channels) {
        if (!channels.isEmpty()) {
            connection.send(request(Command.SUBSCRIBE, channels));
        }
        return probe();
    }

    /**
     * Succeeds when Redis answered. Not a PING: Vert.x' client takes a message that comes before its answer for the answer.
     * Leaving a channel that was never joined changes nothing and is always answered, as a message.
     */
    private Future<Void> probe() {
        String name = "gateway:probe:" + probeCount++;
        Promise<Void> answered = Promise.promise();
        probes.put(name, answered);
        connection.send(request(Command.UNSUBSCRIBE, List.of(name))).onFailure(answered::tryFail);
        return answered.future().timeout(config.watchdog().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Request request(Command command, Collection<String> channels) {
        Request request = Request.cmd(command);
        channels.forEach(request::arg);
        return request;
    }

    private void connect() {
        if (closed) {
            return;
        }
        Redis mine = clients.apply(attempt++);
        client = mine;
        mine.connect()
                .timeout(config.patience().toMillis(), TimeUnit.MILLISECONDS)
                .onSuccess(made -> onContext(mine, () -> connected(mine, made)))
                .onFailure(cause -> onContext(mine, () -> lost(cause.getMessage())));
    }

    /** Runs on our event loop, at once where that is the connection's, unless that connection is no longer ours. */
    private void onContext(Redis mine, Runnable then) {
        context.execute(() -> {
            if (client == mine) {
                then.run();
            }
        });
    }

    private void connected(Redis mine, RedisConnection made) {
        connection = made;
        made.handler(push -> onContext(mine, () -> received(push)))
                .exceptionHandler(cause -> onContext(mine, () -> lost(cause.getMessage())))
                .endHandler(end -> onContext(mine, () -> lost("the connection ended")));
        subscribe(watched.keySet())
                .onSuccess(subscribed -> onContext(mine, this::subscribed))
                .onFailure(cause -> onContext(mine, () -> lost(cause.getMessage())));
    }

    private void subscribed() {
        connects.increment();
        backoff.reset();
        connected = true;
        LOG.infof("channels=%d: subscribed", watched.size());
        everybody().forEach(Watcher::repair);
    }

    private Set<Watcher> everybody() {
        Set<Watcher> all = new LinkedHashSet<>();
        watched.values().forEach(channel -> all.addAll(channel.watchers()));
        return all;
    }

    private void lost(String why) {
        if (connected) {
            LOG.warnf("The pub/sub connection is lost: %s", why);
            awaySinceNanos = System.nanoTime();
            // Who reads now finds out early whether all of Redis is away.
            everybody().forEach(Watcher::repair);
        }
        disconnect();
        if (!closed) {
            context.setTimer(backoff.nextMillis(), timer -> connect());
        }
    }

    private void disconnect() {
        connected = false;
        connection = null;
        probes.clear();
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** A connection can be dead without having ended. */
    private void watch() {
        if (connection != null && connected) {
            Redis mine = client;
            probe().onFailure(cause -> onContext(mine, () -> lost("no answer to a probe: " + cause.getMessage())));
        }
    }

    private void received(Response push) {
        switch (push.get(0).toString()) {
            case "message" -> message(push);
            case "unsubscribe" -> {
                Promise<Void> probe = probes.remove(push.get(1).toString());
                if (probe != null) {
                    probe.tryComplete();
                }
            }
            default -> LOG.tracef("Redis says %s", push);
        }
    }

    private void message(Response push) {
        Watched of = watched.get(push.get(1).toString());
        if (of == null) {
            return;
        }
        RunKeys.Channel channel = of.channel();
        Buffer message = push.get(2).toBuffer();
        if (message.length() > longestMessage) {
            tooLong.increment();
            tell(of, listener -> listener.news(channel.producer()));
            return;
        }
        String text = message.toString(StandardCharsets.UTF_8);
        tell(of, listener -> listener.message(channel, text));
    }

    private void tell(Watched of, Consumer<Source.Listener> news) {
        of.watchers().forEach(watcher -> handover.give(watcher.context(), () -> news.accept(watcher.listener())));
    }
}
