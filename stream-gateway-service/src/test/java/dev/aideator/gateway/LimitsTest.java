package dev.aideator.gateway;

import dev.aideator.gateway.edge.Clients;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Gateways with room for few. */
class LimitsTest extends GatewayFixture {

    private static final String LIMIT = "aideator.gateway.limits.";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<HttpResponse<InputStream>> answers = new ArrayList<>();
    private final List<TestGateway> gateways = new ArrayList<>();

    private TestGateway withRoomFor(String... limits) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 0; i < limits.length; i += 2) {
            settings.put(LIMIT + limits[i], limits[i + 1]);
        }
        TestGateway small = new TestGateway(server.url(), orchestrator.url(), settings);
        gateways.add(small);
        return small;
    }

    private HttpResponse<InputStream> ask(TestGateway of, String method, String path, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.port() + path))
                    .timeout(Duration.ofSeconds(10))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) {
                request.headers(headers);
            }
            HttpResponse<InputStream> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            answers.add(answer);
            return answer;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<InputStream> watch(TestGateway of, String... headers) {
        return ask(of, "GET", path(), headers);
    }

    private static void leave(HttpResponse<InputStream> stream) {
        try {
            stream.body().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void leaveAll() {
        answers.forEach(LimitsTest::leave);
        answers.clear();
        gateways.forEach(TestGateway::close);
        gateways.clear();
    }

    private static void isFull(HttpResponse<InputStream> answer, String slug) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After")).contains("10");
        assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("/" + slug + "\"", "\"detail\"", "ry again");
    }

    private String anotherRun() {
        String another = UUID.randomUUID().toString();
        orchestrator.run(another, 1);
        return "/api/v1/runs/" + another + "/stream/redis";
    }

    /** Whether there is room again, found out by taking it. */
    private boolean hasRoom(TestGateway of) {
        HttpResponse<InputStream> answer = watch(of);
        leave(answer);
        return answer.statusCode() == 200;
    }

    @Test
    void so_many_may_watch_a_run_from_whichever_source_and_others_may_watch_another() throws Exception {
        openAll();
        TestGateway of = withRoomFor("per-run", "2");
        HttpResponse<InputStream> first = watch(of);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(ask(of, "GET", logPath()).statusCode()).isEqualTo(200);
        isFull(watch(of), "too-many-streams-of-run");
        isFull(ask(of, "GET", path().replace(runId, runId.toUpperCase())), "too-many-streams-of-run");
        assertThat(ask(of, "GET", anotherRun()).statusCode()).isEqualTo(200);
        assertThat(of.count("gateway.viewers.refused", "limit", "run")).isEqualTo(2);

        leave(first);
        until(() -> watch(of).statusCode() == 200);
    }

    @Test
    void so_many_may_watch_in_all() throws Exception {
        openAll();
        TestGateway of = withRoomFor("connections", "2");
        watch(of);
        assertThat(ask(of, "GET", anotherRun()).statusCode()).isEqualTo(200);
        isFull(watch(of), "too-many-streams");
        assertThat(of.count("gateway.viewers.refused", "limit", "connections")).isEqualTo(1);
        assertThat(ask(of, "HEAD", path()).statusCode()).isEqualTo(200);
    }

    @Test
    void zero_is_no_limit() {
        openAll();
        TestGateway of = withRoomFor("connections", "0", "per-run", "0", "per-address", "0");
        assertThat(Stream.generate(() -> watch(of)).limit(20))
                .allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
    }

    @Test
    void a_place_is_free_again_however_its_viewer_left() {
        openAll();
        run.say(0, "all");
        TestGateway of = withRoomFor("connections", "1");
        // Was never let in.
        assertThat(ask(of, "GET", "/api/v1/runs/00000000-0000-4000-8000-000000000000/stream/redis")
                        .statusCode())
                .isEqualTo(404);
        orchestrator.away(true);
        String another = anotherRun();
        until(() -> ask(of, "GET", another).statusCode() == 503);
        orchestrator.away(false);
        until(() -> hasRoom(of));

        // Closed its connection in the middle, also before the answer came.
        until(() -> hasRoom(of));

        // Saw the run's end.
        SseViewer toTheEnd = add(SseViewer.once(of.port(), path(), null));
        until(() -> toTheEnd.ofType("caught_up").size() == 1);
        endAll();
        until(toTheEnd::isOver);
        assertThat(toTheEnd.ofType("run_complete")).hasSize(1);

        // Had it all.
        for (int i = 0; i < 3; i++) {
            until(() -> watch(of, "Last-Event-ID", run.position().toString()).statusCode() == 204);
        }
        until(() -> hasRoom(of));
    }

    @Test
    void who_leaves_before_the_answer_leaves_no_trace() {
        openAll();
        TestGateway of = withRoomFor("connections", "3");
        for (int i = 0; i < 3; i++) {
            http.sendAsync(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.port() + path()))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .cancel(true);
        }
        for (int i = 0; i < 3; i++) {
            until(() -> watch(of).statusCode() == 200);
        }
    }

    @Test
    void an_address_has_so_many_and_a_proxy_is_believed_only_where_it_is_trusted() throws Exception {
        openAll();
        TestGateway of = withRoomFor("per-address", "1");
        assertThat(watch(of, "X-Forwarded-For", "192.0.2.1").statusCode()).isEqualTo(200);
        isFull(watch(of, "X-Forwarded-For", "192.0.2.2"), "too-many-streams-of-address");
        TestGateway trusting =
                withRoomFor("per-address", "1", "trusted-proxies", "127.0.0.0/8, ::1, 10.0.0.7, fd00::/8");
        assertThat(watch(trusting, "X-Forwarded-For", "192.0.2.1").statusCode()).isEqualTo(200);
        assertThat(watch(trusting, "X-Forwarded-For", "192.0.2.2").statusCode()).isEqualTo(200);
        // What the client itself wrote stands left of what the first trusted proxy wrote.
        isFull(watch(trusting, "X-Forwarded-For", "198.51.100.9, 192.0.2.2"), "too-many-streams-of-address");
        isFull(watch(trusting, "X-Forwarded-For", "192.0.2.2, 10.0.0.7"), "too-many-streams-of-address");
        assertThat(watch(trusting, "X-Forwarded-For", "192.0.2.2, 10.0.0.8").statusCode())
                .isEqualTo(200);
        // Any address of a client's own network is the client.
        assertThat(watch(trusting, "X-Forwarded-For", "2001:db8:1:2::3").statusCode())
                .isEqualTo(200);
        isFull(watch(trusting, "X-Forwarded-For", "2001:db8:1:2:ffff::4, fd00::9"), "too-many-streams-of-address");
        assertThat(watch(trusting, "X-Forwarded-For", "2001:db8:1:3::3").statusCode())
                .isEqualTo(200);
        // Nobody's address: the proxy's own.
        assertThat(watch(trusting, "X-Forwarded-For", "nonsense").statusCode()).isEqualTo(200);
        isFull(watch(trusting), "too-many-streams-of-address");
        assertThat(trusting.count("gateway.viewers.refused", "limit", "address"))
                .isEqualTo(4);
    }

    @Test
    void a_proxy_is_named_by_address_or_range() {
        for (String bad : new String[] {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8/8", "/8"}) {
            assertThatThrownBy(() -> new Clients(List.of(bad))).as(bad).hasMessageContaining("trusted proxy");
        }
    }
}
