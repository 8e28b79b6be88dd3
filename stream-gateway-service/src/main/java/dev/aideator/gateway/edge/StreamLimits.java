package dev.aideator.gateway.edge;

import dev.aideator.edge.Problem;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Counts who watches, and says when there is no room for one more. Thread-safe. */
public final class StreamLimits {

    private final int connections;
    private final int perRun;
    private final int perAddress;
    private final Map<Limit, Counter> refused = new EnumMap<>(Limit.class);
    private final Map<String, Integer> runs = new HashMap<>();
    private final Map<String, Integer> addresses = new HashMap<>();
    private int open;

    /** What became of one who came. */
    public sealed interface Admission {}

    /** There is no room; the problem says of what there are too many. */
    public record Refused(Problem problem) implements Admission {}

    private enum Limit {
        CONNECTIONS(
                "too-many-streams",
                "The stream gateway is full",
                "It has as many streams open as it may have. Try again in some seconds."),
        RUN(
                "too-many-streams-of-run",
                "Too many watch this run",
                "The run has as many viewers as one may have here. Try again in some seconds."),
        ADDRESS(
                "too-many-streams-of-address",
                "Too many streams go to your address",
                "Close some, or watch several runs on one connection (/api/v1/stream); then try again.");

        private final Problem problem;

        Limit(String slug, String title, String detail) {
            this.problem = new Problem(429, slug, title, detail);
        }
    }

    public StreamLimits(LimitsConfig config, MeterRegistry meters) {
        this.connections = orNone(config.connections());
        this.perRun = orNone(config.perRun());
        this.perAddress = orNone(config.perAddress());
        Gauge.builder("gateway.connections", this, StreamLimits::open)
                .description("Streams that are open")
                .register(meters);
        for (Limit limit : Limit.values()) {
            refused.put(
                    limit,
                    Counter.builder("gateway.viewers.refused")
                            .description("Viewers for whom there was no room")
                            .tag("limit", limit.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
    }

    private synchronized int open() {
        return open;
    }

    private static int orNone(int limit) {
        return limit == 0 ? Integer.MAX_VALUE : limit;
    }

    /** One connection that watches these runs, each named once; it counts until its seat is given up. */
    public Admission admit(Collection<String> watched, String address) {
        Optional<Limit> reached = take(List.copyOf(watched), address);
        if (reached.isEmpty()) {
            return new Seat(List.copyOf(watched), address);
        }
        refused.get(reached.get()).increment();
        return new Refused(reached.get().problem);
    }

    private synchronized Optional<Limit> take(List<String> watched, String address) {
        if (open >= connections) {
            return Optional.of(Limit.CONNECTIONS);
        }
        if (addresses.getOrDefault(address, 0) >= perAddress) {
            return Optional.of(Limit.ADDRESS);
        }
        if (watched.stream().anyMatch(run -> runs.getOrDefault(run, 0) >= perRun)) {
            return Optional.of(Limit.RUN);
        }
        open++;
        addresses.merge(address, 1, Integer::sum);
        watched.forEach(run -> runs.merge(run, 1, Integer::sum));
        return Optional.empty();
    }

    private synchronized void giveBack(List<String> watched, String address) {
        open--;
        leave(addresses, address);
        watched.forEach(run -> leave(runs, run));
    }

    private static void leave(Map<String, Integer> counts, String name) {
        counts.computeIfPresent(name, (it, count) -> count > 1 ? count - 1 : null);
    }

    /** One viewer's place. */
    public final class Seat implements Admission {
        private final List<String> watched;
        private final String address;
        private boolean given;

        private Seat(List<String> watched, String address) {
            this.watched = watched;
            this.address = address;
        }

        /** For the next one; however often it is said. */
        public void giveUp() {
            synchronized (StreamLimits.this) {
                if (!given) {
                    given = true;
                    giveBack(watched, address);
                }
            }
        }
    }
}
