package dev.aideator.gateway;

import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class HttpMannersTest extends GatewayFixture {

    private final HttpClient http = HttpClient.newHttpClient();

    @Override
    Map<String, String> settings() {
        return Map.of(
                "aideator.gateway.edge.dashboard-origin", "http://localhost:3000",
                "aideator.gateway.sse.heartbeat", "300ms");
    }

    private HttpResponse<String> ask(String method, String path, String... headers) {
        return ask(gateway, method, path, headers);
    }

    private HttpResponse<String> ask(TestGateway of, String method, String path, String... headers) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.port() + path))
                    .timeout(Duration.ofSeconds(10))
                    .method(method, HttpRequest.BodyPublishers.noBody());
            if (headers.length > 0) {
                request.headers(headers);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void isProblem(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"detail\"").contains("\"title\"");
    }

    @Test
    void what_is_no_run_is_not_found() {
        isProblem(ask("GET", "/api/v1/runs/00000000-0000-4000-8000-000000000000/stream/redis"), 404);
        isProblem(ask("GET", "/api/v1/runs/00000000-0000-4000-8000-000000000000/stream"), 404);
        isProblem(ask("GET", "/api/v1/runs/a%20b/stream/redis"), 404);
        isProblem(ask("GET", "/api/v1/runs/%3Cscript%3E/stream/redis"), 404);
        isProblem(ask("GET", "/api/v1/runs/load-test/stream"), 404);
        isProblem(ask("GET", "/api/v1/anything"), 404);
    }

    @Test
    void an_orchestrator_that_is_away_is_no_unknown_run() {
        orchestrator.away(true);
        try {
            HttpResponse<String> response = ask("GET", path());
            isProblem(response, 503);
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
        } finally {
            orchestrator.away(false);
        }
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
    }

    @Test
    void only_streams_of_events_are_given() {
        openAll();
        isProblem(ask("GET", path(), "Accept", "application/json"), 406);
        isProblem(ask("GET", path(), "Accept", "text/event-stream;q=0"), 406);
        assertThat(ask("HEAD", path(), "Accept", "text/event-stream, application/json")
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask("HEAD", path(), "Accept", "*/*").statusCode()).isEqualTo(200);
    }

    @Test
    void head_tells_what_get_would_be() {
        openAll();
        HttpResponse<String> running = ask("HEAD", path());
        assertThat(running.statusCode()).isEqualTo(200);
        assertThat(running.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(ask("POST", path()).statusCode()).isEqualTo(405);
        run.say(0, "all");
        endAll();
        assertThat(ask("HEAD", path(), "Last-Event-ID", run.position().toString())
                        .statusCode())
                .isEqualTo(204);
    }

    @Test
    void head_opens_nothing_and_has_no_body() {
        openAll();
        String other = "/api/v1/runs/00000000-0000-4000-8000-000000000000/stream";
        try (TestGateway quiet = new TestGateway(server.url(), orchestrator.url(), Map.of())) {
            HttpResponse<String> head = ask(quiet, "HEAD", path());
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("Cache-Control")).contains("no-cache");
            assertThat(head.headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(head.headers().firstValue("Content-Length")).isNotEqualTo(Optional.of("0"));
            assertThat(ask(quiet, "HEAD", other).statusCode()).isEqualTo(404);
            assertThat(ask(quiet, "HEAD", path(), "Last-Event-ID", "x").statusCode())
                    .isEqualTo(400);
            assertThat(quiet.gauge("gateway.hubs")).isZero();
        }
    }

    @Test
    void streams_are_not_kept_by_what_is_between_and_viewers_come_back_at_moments_of_their_own() {
        openAll();
        List<SseViewer> viewers = Stream.generate(this::watch).limit(20).toList();
        until(() -> viewers.stream().allMatch(viewer -> viewer.retryMillis() > 0));
        assertThat(viewers).allSatisfy(viewer -> {
            assertThat(viewer.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(viewer.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(viewer.retryMillis()).isBetween(1_000, 2_000);
        });
        assertThat(viewers.stream().map(SseViewer::retryMillis).distinct().count())
                .isGreaterThan(5);
    }

    @Test
    void a_gateway_that_stops_takes_nobody_and_lets_its_viewers_go() {
        openAll();
        try (TestGateway ending = new TestGateway(server.url(), orchestrator.url(), Map.of())) {
            List<SseViewer> viewers = Stream.generate(() -> add(SseViewer.once(ending.port(), path(), null)))
                    .limit(20)
                    .toList();
            until(() -> viewers.stream()
                    .allMatch(viewer -> viewer.ofType("caught_up").size() == 1));
            Await.of(ending.gateway().drain());
            until(() -> viewers.stream().allMatch(SseViewer::isOver));
            assertThat(ending.gateway().viewers()).isZero();
            HttpResponse<String> late = ask(ending, "GET", path());
            isProblem(late, 503);
            assertThat(late.headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void a_malformed_position_is_refused_and_the_header_wins() {
        openAll();
        for (String bad :
                new String[] {"x", "0", "0:1", "0:1-", "0:1-2,", "0:1-2,0:1-3", "0:1-99999999999999999", "-1:1-1"}) {
            isProblem(ask("GET", path(), "Last-Event-ID", bad), 400);
        }
        isProblem(ask("GET", path() + "?last_event_id=nonsense"), 400);

        run.say(0, "one");
        SseViewer viewer = add(SseViewer.once(gateway.port(), path() + "?last_event_id=nonsense", "0:1-1"));
        until(() -> viewer.ofType("caught_up").size() == 1);
        assertThat(viewer.events()).isEmpty();
    }

    @Test
    void other_sites_are_refused_and_the_dashboard_may_read() {
        openAll();
        isProblem(ask("GET", path(), "Origin", "https://evil.example"), 403);
        HttpResponse<String> ours = ask("HEAD", path(), "Origin", "http://localhost:3000");
        assertThat(ours.headers().firstValue("Access-Control-Allow-Origin")).contains("http://localhost:3000");
        assertThat(ask("HEAD", path(), "Origin", "http://localhost:3001")
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void a_silent_stream_has_heartbeats() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("heartbeat").size() >= 3);
        assertThat(viewer.ofType("heartbeat")).allSatisfy(beat -> {
            assertThat(beat.id()).isNull();
            assertThat(beat.json().getString("run_id")).isEqualTo(runId);
        });
    }

    @Test
    void the_id_of_a_run_may_be_written_in_capitals() {
        openAll();
        run.say(0, "here");
        SseViewer viewer =
                add(SseViewer.once(gateway.port(), "/api/v1/runs/" + runId.toUpperCase() + "/stream/redis", null));
        until(() -> viewer.output(0).equals("here"));
    }

    @Test
    void who_has_left_is_no_longer_counted() {
        openAll();
        SseViewer viewer = watch();
        until(() ->
                gateway.gateway().viewers() >= 1 && viewer.ofType("caught_up").size() == 1);
        viewer.close();
        until(() -> gateway.gateway().viewers() == 0);
    }
}
