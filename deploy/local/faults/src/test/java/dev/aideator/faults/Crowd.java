package dev.aideator.faults;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.impl.VertxInternal;
import org.awaitility.core.ConditionTimeoutException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import static org.awaitility.Awaitility.await;

/** All who watch in a round, on one event loop. */
final class Crowd implements AutoCloseable {

    /** A machine under load takes its time; what never comes is what fails. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static final int SHOWN = 10;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = ((VertxInternal) vertx).createEventLoopContext();
    private final HttpClient http;
    private final long seed;
    private final Random random;
    private final List<FaultViewer> viewers = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final List<Integer> gateways = new CopyOnWriteArrayList<>();

    Crowd(long seed) {
        this.seed = seed;
        // Not the seed itself, with which the scene draws.
        this.random = new Random(~seed);
        // Every viewer has a connection of its own, and none is used again.
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(false).setConnectTimeout(5000),
                new PoolOptions().setHttp1MaxSize(100_000));
    }

    /** Where viewers find gateways from now on. */
    void gateways(List<Integer> ports) {
        gateways.addAll(ports);
        gateways.removeIf(port -> !ports.contains(port));
    }

    /** Lets {@code count} viewers watch one run each, in turns. */
    List<FaultViewer> watch(List<RunRecord> runs, int count) {
        List<FaultViewer> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fresh.add(viewer("viewer " + viewers.size(), List.of(runs.get(i % runs.size()))));
        }
        return fresh;
    }

    /** Lets {@code count} viewers watch {@code each} runs on one connection. */
    List<FaultViewer> watchTogether(List<RunRecord> runs, int count, int each) {
        List<FaultViewer> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int first = i;
            List<RunRecord> some = IntStream.range(0, each)
                    .mapToObj(k -> runs.get((first + k) % runs.size()))
                    .toList();
            fresh.add(viewer("viewer of " + each + " runs " + viewers.size(), some));
        }
        return fresh;
    }

    private FaultViewer viewer(String name, List<RunRecord> runs) {
        FaultViewer viewer =
                new FaultViewer(name, context, http, () -> List.copyOf(gateways), random.nextLong(), latencies, runs);
        viewers.add(viewer);
        return viewer;
    }

    FaultViewer any(Random chosen) {
        return viewers.get(chosen.nextInt(viewers.size()));
    }

    List<FaultViewer> viewers() {
        return List.copyOf(viewers);
    }

    void awaitAll(String what, Predicate<FaultViewer> condition) {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> viewers.stream().allMatch(condition));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "Seed " + seed + ", not within " + PATIENCE.toSeconds() + " s all " + what + "\n"
                            + shown(verdicts()),
                    e);
        }
    }

    void awaitConnected() {
        awaitAll("connected", FaultViewer::isConnected);
    }

    /** Waits until every viewer was told that there is no more, and demands that each has exactly what was said. */
    void awaitTheWhole() {
        awaitWhatIsLeft();
        long gaps = sum(FaultViewer::gaps);
        if (gaps > 0) {
            throw new AssertionError("Seed " + seed + ", nothing was lost, and viewers were told of gaps: " + gaps);
        }
    }

    /** The same where events are lost for good: each viewer has exactly the others, and was told of those. */
    void awaitWhatIsLeft() {
        awaitAll("told the end", FaultViewer::isOver);
        List<String> wrong = verdicts();
        if (!wrong.isEmpty()) {
            throw new AssertionError("Seed " + seed + ", " + wrong.size() + " violations\n" + shown(wrong));
        }
        System.out.printf(
                "Seed %d: %,d viewers have all of %,d events, %,d gaps, over %,d connections%n",
                seed, viewers.size(), sum(FaultViewer::events), sum(FaultViewer::gaps), sum(FaultViewer::connections));
    }

    private static String shown(List<String> wrong) {
        return String.join("\n", wrong.subList(0, Math.min(SHOWN, wrong.size())));
    }

    private List<String> verdicts() {
        return onLoop(() ->
                viewers.stream().flatMap(viewer -> viewer.verdict().stream()).toList());
    }

    /** Of all events that came since it was asked last, in milliseconds. */
    int p99() {
        return onLoop(latencies::p99);
    }

    long sum(ToLongFunction<FaultViewer> of) {
        return onLoop(() -> viewers.stream().mapToLong(of).sum());
    }

    private <T> T onLoop(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        context.runOnContext(v -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.orTimeout(60, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
