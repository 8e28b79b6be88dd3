package dev.aideator.gateway;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Several runs on one connection. */
class ManyRunsTest extends GatewayFixture {

    private static final Map<String, String> SMALL =
            Map.of("aideator.gateway.hub.window", "16384", "aideator.gateway.hub.write", "4096");

    /** One of the runs. */
    private record Live(String id, FakeOrchestrator.Run known, RunInRedis run) {}

    private final HttpClient http = HttpClient.newHttpClient();

    private Live begin() {
        aRunOfItsOwn();
        openAll();
        return new Live(runId, known, run);
    }

    private List<Live> begin(int runs) {
        return Stream.generate(this::begin).limit(runs).toList();
    }

    private void end(Live live) {
        runId = live.id();
        known = live.known();
        run = live.run();
        endAll();
    }

    private static String together(List<Live> lives) {
        return lives.stream().map(live -> "run=" + live.id()).collect(Collectors.joining("&", "/api/v1/stream?", ""));
    }

    private static String id(List<Live> lives) {
        return lives.stream()
                .map(live -> live.id() + "=" + live.run().position())
                .collect(Collectors.joining(";"));
    }

    private SseViewer watch(List<Live> lives, String lastId) {
        return add(SseViewer.once(gateway.port(), together(lives), lastId));
    }

    private static boolean isCaughtUp(SseViewer viewer, int runs) {
        return viewer.ofType("caught_up").size() == runs;
    }

    private static void hasAllOf(SseViewer viewer, List<Live> lives) {
        assertThat(viewer.violations()).isEmpty();
        assertThat(lives)
                .allSatisfy(live -> assertThat(viewer.events(live.id()))
                        .extracting(SseViewer.Received::data)
                        .containsExactlyInAnyOrderElementsOf(live.run().lines()));
    }

    private HttpResponse<String> ask(String method, String path, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + gateway.port() + path))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void isProblem(HttpResponse<String> response, int status, String slug) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("/" + slug + "\"");
    }

    @Test
    void all_runs_come_on_one_connection_and_its_id_has_every_position() {
        List<Live> lives = begin(3);
        lives.forEach(live -> live.run().say(0, "before " + live.id()));
        SseViewer viewer = watch(lives, null);
        until(() -> isCaughtUp(viewer, 3));
        lives.forEach(live -> live.run().say(1, "after " + live.id()));
        until(() -> viewer.events().size() == 6);
        hasAllOf(viewer, lives);
        until(() -> id(lives).equals(viewer.lastId()));
        assertThat(viewer.header("Content-Type")).isEqualTo("text/event-stream");
        assertThat(viewer.header("X-Accel-Buffering")).isEqualTo("no");
        assertThat(viewer.retryMillis()).isBetween(1_000, 2_000);
    }

    @Test
    void who_comes_back_gets_of_each_run_exactly_the_rest() {
        List<Live> lives = begin(2);
        Live quiet = lives.getFirst();
        Live loud = lives.getLast();
        for (int i = 0; i < 20; i++) {
            loud.run().say(i % 2, "old " + i);
        }
        SseViewer first = watch(lives, null);
        until(() -> isCaughtUp(first, 2) && id(lives).equals(first.lastId()));
        first.close();
        loud.run().say(0, "new");
        quiet.run().say(0, "first words");

        // The address as a page would write it that cannot set headers; runs in another order, and one more.
        List<Live> more = List.of(loud, begin(), quiet);
        more.get(1).run().say(1, "who is that?");
        SseViewer again = add(SseViewer.once(
                gateway.port(), together(more) + "&last_event_id=" + encode(first.lastId(), UTF_8), null));
        until(() -> isCaughtUp(again, 3));
        assertThat(again.events(loud.id())).hasSize(1);
        assertThat(again.events(quiet.id())).hasSize(1);
        assertThat(again.events(more.get(1).id())).hasSize(1);
        until(() -> id(more).equals(again.lastId()));

        // An id of runs that are no longer asked for.
        SseViewer fewer = watch(List.of(quiet), again.lastId());
        until(() -> isCaughtUp(fewer, 1));
        assertThat(fewer.events()).isEmpty();
        assertThat(fewer.violations()).isEmpty();
    }

    @Test
    void the_stream_goes_on_until_the_last_run_has_ended() {
        List<Live> lives = begin(2);
        lives.forEach(live -> live.run().say(0, "here"));
        SseViewer viewer = watch(lives, null);
        until(() -> isCaughtUp(viewer, 2));
        end(lives.getFirst());
        until(() -> viewer.ofType("run_complete").size() == 1);
        lives.getLast().run().say(1, "still here");
        until(() -> viewer.output(1).equals("still here"));
        assertThat(viewer.isOver()).isFalse();

        String betweenTheEnds = viewer.lastId();
        end(lives.getLast());
        until(viewer::isOver);
        hasAllOf(viewer, lives);
        assertThat(viewer.lastId()).isEqualTo(id(lives));
        assertThat(ask("GET", together(lives), "Last-Event-ID", viewer.lastId()).statusCode())
                .isEqualTo(204);
        assertThat(ask("HEAD", together(lives), "Last-Event-ID", viewer.lastId())
                        .statusCode())
                .isEqualTo(204);

        // One has ended and one has not, as far as this viewer knows.
        SseViewer rest = watch(lives, betweenTheEnds);
        until(rest::isOver);
        assertThat(rest.status()).isEqualTo(200);
        assertThat(rest.events(lives.getFirst().id())).isEmpty();
        assertThat(rest.ofType("run_complete")).hasSize(1);
        assertThat(rest.lastId()).isEqualTo(id(lives));
        until(() -> gateway.gateway().viewers() == 0);
    }

    @Test
    void a_cut_repeats_the_cut_write_at_most() throws Exception {
        List<Live> lives = begin(5);
        SseViewer viewer = add(SseViewer.persistent(gateway.port(), together(lives)));
        until(() -> isCaughtUp(viewer, 5));
        Random random = new Random(5);
        for (int i = 0; i < 1_500; i++) {
            lives.get(random.nextInt(5)).run().say(i % 2, i + "x".repeat(random.nextInt(3_000)));
            if (i % 100 == 99) {
                viewer.cut();
            }
        }
        lives.forEach(this::end);
        until(viewer::isOver);
        hasAllOf(viewer, lives);
        assertThat(viewer.status()).isEqualTo(204);
        assertThat(viewer.connections()).isGreaterThan(5);
        assertThat(viewer.lastId()).isEqualTo(id(lives));
    }

    @Test
    void who_is_behind_the_window_of_a_run_is_read_forward() throws Exception {
        List<Live> lives = begin(3);
        try (TestGateway small = new TestGateway(server.url(), orchestrator.url(), SMALL)) {
            SseViewer slow = add(SseViewer.paused(small.port(), together(lives)));
            SseViewer cut = add(SseViewer.persistent(small.port(), together(lives)));
            until(() -> isCaughtUp(cut, 3));
            for (int i = 0; i < 2_400; i++) {
                lives.get(i % 3).run().say(i % 2, i + "x".repeat(2_000));
                if (i % 400 == 399) {
                    cut.cut();
                }
            }
            lives.forEach(this::end);
            until(cut::isOver);
            slow.resume();
            until(slow::isOver);
            hasAllOf(cut, lives);
            hasAllOf(slow, lives);
            assertThat(slow.lastId()).isEqualTo(id(lives));
            assertThat(small.count("gateway.viewers.behind")).isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void a_run_that_is_not_there_is_not_found_and_nobody_is_served() {
        Live live = begin();
        String unknown = UUID.randomUUID().toString();
        isProblem(ask("GET", together(List.of(live)) + "&run=" + unknown), 404, "run-not-found");
        assertThat(ask("GET", together(List.of(live)) + "&run=" + unknown).body())
                .contains(unknown)
                .doesNotContain(live.id());
        isProblem(ask("GET", together(List.of(live)) + "&run=a%20b"), 404, "run-not-found");
        assertThat(ask("HEAD", together(List.of(live)) + "&run=" + unknown).statusCode())
                .isEqualTo(404);
        until(() -> gateway.gateway().viewers() == 0);
        orchestrator.away(true);
        try {
            isProblem(ask("GET", together(List.of(live)) + "&run=" + UUID.randomUUID()), 503, "orchestrator-away");
        } finally {
            orchestrator.away(false);
        }
    }

    @Test
    void a_connection_has_1_to_20_runs_and_an_id_of_its_own_form() {
        isProblem(ask("GET", "/api/v1/stream"), 400, "runs-out-of-range");
        List<Live> lives = begin(21);
        isProblem(ask("GET", together(lives)), 400, "runs-out-of-range");
        List<Live> twenty = lives.subList(0, 20);
        assertThat(ask("HEAD", together(twenty)).statusCode()).isEqualTo(200);
        isProblem(ask("GET", together(twenty), "Accept", "application/json"), 406, "not-acceptable");
        isProblem(ask("POST", together(twenty)), 405, "method-not-allowed");
        String one = twenty.getFirst().id();
        for (String bad : new String[] {
            "0:1-1", one, one + "=x", one + "=0:1-1;", "=0:1-1", one + "=0:1-1;" + one + "=0:1-1", "a b=0:1-1",
        }) {
            isProblem(ask("GET", together(twenty), "Last-Event-ID", bad), 400, "last-event-id-malformed");
        }
        isProblem(ask("GET", together(twenty), "Last-Event-ID", id(lives)), 400, "last-event-id-malformed");

        // The same run, said twice.
        SseViewer viewer = add(SseViewer.once(
                gateway.port(), together(List.of(twenty.getFirst())) + "&run=" + one.toUpperCase(), one + "="));
        until(() -> isCaughtUp(viewer, 1));
        twenty.getFirst().run().say(0, "once");
        until(() -> viewer.output(0).equals("once"));
    }

    @Test
    void it_counts_as_one_connection_and_for_each_of_its_runs() {
        List<Live> lives = begin(2);
        try (TestGateway small = new TestGateway(
                server.url(),
                orchestrator.url(),
                Map.of("aideator.gateway.limits.connections", "2", "aideator.gateway.limits.per-run", "1"))) {
            SseViewer viewer = add(SseViewer.once(small.port(), together(lives), null));
            until(() -> isCaughtUp(viewer, 2));
            String path = "/api/v1/runs/" + lives.getLast().id() + "/stream/redis";
            SseViewer refused = add(SseViewer.once(small.port(), path, null));
            until(refused::isOver);
            assertThat(refused.status()).isEqualTo(429);
            viewer.close();
            until(() -> {
                SseViewer next = add(SseViewer.once(small.port(), path, null));
                until(() -> next.status() > 0);
                return next.status() == 200;
            });
        }
    }

    @Test
    void a_gateway_that_stops_closes_it_as_a_whole_and_another_one_goes_on() {
        List<Live> lives = begin(4);
        String lastId;
        try (TestGateway ending = new TestGateway(server.url(), orchestrator.url(), Map.of())) {
            List<SseViewer> viewers = IntStream.range(0, 5)
                    .mapToObj(i -> add(SseViewer.once(ending.port(), together(lives), null)))
                    .toList();
            until(() -> viewers.stream().allMatch(viewer -> isCaughtUp(viewer, 4)));
            lives.forEach(live -> live.run().say(0, "before"));
            until(() -> viewers.stream().allMatch(viewer -> id(lives).equals(viewer.lastId())));
            Await.of(ending.gateway().drain());
            until(() -> viewers.stream().allMatch(SseViewer::isOver));
            lastId = viewers.getFirst().lastId();
        }
        lives.forEach(live -> live.run().say(0, "after"));
        SseViewer next = watch(lives, lastId);
        until(() -> isCaughtUp(next, 4));
        assertThat(next.events())
                .hasSize(4)
                .allSatisfy(
                        event -> assertThat(event.json().getString("content")).isEqualTo("after"));
    }
}
