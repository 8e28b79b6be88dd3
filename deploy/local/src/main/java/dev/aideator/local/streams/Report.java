package dev.aideator.local.streams;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Tables of medians, and the aims beside what became of them. */
final class Report {

    static final String GATEWAY = "gateway";

    /** The same with a cache of its start. */
    static final String GATEWAY_CACHED = "gateway, AOT";

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void print(Load load, Medians<Round> medians) {
        out.printf("%n%s%n", load.title());
        out.printf(
                "  %-14s %14s %10s %10s %10s %8s %8s %8s %8s %9s %9s%n",
                "",
                "deliveries/s",
                "µs CPU",
                "p50 ms",
                "p99 ms",
                "seconds",
                "server",
                "client",
                "machine",
                "lost",
                "repeated");
        for (String server : medians.servers()) {
            out.printf(
                    "  %-14s %,14.0f %10.2f %10.2f %10.2f %8.2f %7.0f%% %7.0f%% %7.0f%% %,9d %,9d%n",
                    server,
                    median(medians, server, Round::perSecond),
                    median(medians, server, Round::microsPerDelivery),
                    median(medians, server, Round::p50Millis),
                    median(medians, server, Round::p99Millis),
                    median(medians, server, Round::seconds),
                    100 * median(medians, server, Round::serverShare),
                    100 * median(medians, server, Round::clientShare),
                    100 * median(medians, server, Round::machineShare),
                    medians.rounds(server).stream().mapToLong(Round::lost).sum(),
                    medians.rounds(server).stream().mapToLong(Round::repeated).sum());
        }
    }

    void printIdle(int connections, Medians<IdleRound> medians) {
        out.printf("%nIdle: %,d connections to one run of a server that was just started%n", connections);
        out.printf("  %-14s %14s %14s %10s %9s%n", "", "bytes each", "accepts/s", "ready ms", "failed");
        for (String server : medians.servers()) {
            out.printf(
                    "  %-14s %,14.0f %,14.0f %10.0f %,9d%n",
                    server,
                    median(medians, server, IdleRound::bytesPerConnection),
                    median(medians, server, IdleRound::acceptsPerSecond),
                    median(medians, server, IdleRound::readyMillis),
                    medians.rounds(server).stream().mapToLong(IdleRound::failed).sum());
        }
    }

    /** The gateway's figure divided by a peer's, which is to be at least so much. */
    <R> void atLeast(double aim, Medians<R> medians, String what, String peer, ToDoubleFunction<R> figure) {
        ratio(medians, peer, figure)
                .ifPresent(
                        ratio -> aim("%s, gateway / %s".formatted(what, peer), ratio, "at least", aim, ratio >= aim));
    }

    <R> void atMost(double aim, Medians<R> medians, String what, String peer, ToDoubleFunction<R> figure) {
        ratio(medians, peer, figure)
                .ifPresent(ratio -> aim("%s, gateway / %s".formatted(what, peer), ratio, "at most", aim, ratio <= aim));
    }

    <R> void atLeast(double aim, Medians<R> medians, String what, ToDoubleFunction<R> figure) {
        medians.of(GATEWAY, figure).ifPresent(value -> aim(what, value, "at least", aim, value >= aim));
    }

    <R> void atMost(double aim, Medians<R> medians, String what, ToDoubleFunction<R> figure) {
        atMostOf(GATEWAY, aim, medians, what, figure);
    }

    private <R> void atMostOf(String server, double aim, Medians<R> medians, String what, ToDoubleFunction<R> figure) {
        medians.of(server, figure).ifPresent(value -> aim(what, value, "at most", aim, value <= aim));
    }

    <R> void atMostCached(double aim, Medians<R> medians, String what, ToDoubleFunction<R> figure) {
        atMostOf(GATEWAY_CACHED, aim, medians, what + ", with a cache of the start", figure);
    }

    private void aim(String what, double value, String direction, double aim, boolean met) {
        out.printf("  %s %-52s %,10.2f   aim: %s %,.2f%n", met ? "✓" : "✗", what, value, direction, aim);
    }

    private static <R> Optional<Double> ratio(Medians<R> medians, String peer, ToDoubleFunction<R> figure) {
        return medians.of(GATEWAY, figure)
                .flatMap(own -> medians.of(peer, figure).map(others -> own / others));
    }

    private static <R> double median(Medians<R> medians, String server, ToDoubleFunction<R> figure) {
        return medians.of(server, figure).orElse(Double.NaN);
    }
}
