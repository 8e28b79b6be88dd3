package dev.aideator.orchestrator.edge;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class StreamPassThroughTest {

    private static final String RUN = UUID.randomUUID().toString();
    private static final String STREAM = "/api/v1/runs/" + RUN + "/stream/redis";

    @TestHTTPResource("/")
    URI here;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void bytes_arrive_as_soon_as_the_gateway_writes_them() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch(STREAM + "?last_event_id=run:1-9");
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        viewer.begin();
        try (InputStream body = answer.get(5, TimeUnit.SECONDS).body()) {
            for (byte b : "data: ä\n\n".getBytes(UTF_8)) {
                viewer.request().response().write(io.vertx.core.buffer.Buffer.buffer(new byte[] {b}));
                // Blocks until it is there: nothing waits for more to come.
                assertThat((byte) body.read()).isEqualTo(b);
            }
        }
        assertThat(viewer.request().uri()).isEqualTo(STREAM + "?last_event_id=run:1-9");
    }

    @Test
    void headers_pass_in_both_directions() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch(STREAM, "Last-Event-ID", "0:1-42");
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        assertThat(viewer.request().getHeader("Last-Event-ID")).isEqualTo("0:1-42");
        viewer.begin();
        try (InputStream body = answer.get(5, TimeUnit.SECONDS).body()) {
            assertThat(answer.join().headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(answer.join().headers().firstValue("Cache-Control")).contains("no-cache");
            assertThat(answer.join().headers().firstValue("X-Content-Type-Options"))
                    .contains("nosniff");
        }
    }

    @Test
    void the_gateway_learns_whose_the_request_is() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch(STREAM, "X-Forwarded-For", "192.0.2.1");
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        assertThat(viewer.request().headers().getAll("X-Forwarded-For")).containsExactly("192.0.2.1", "127.0.0.1");
        viewer.begin();
        answer.get(5, TimeUnit.SECONDS).body().close();
    }

    @Test
    void a_viewer_that_goes_is_gone_at_the_gateway_too() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch(STREAM);
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        viewer.begin();
        answer.get(5, TimeUnit.SECONDS).body().close();
        assertThat(viewer.gone()).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void a_gateway_that_dies_breaks_the_stream_so_that_viewers_come_back() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch(STREAM);
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        viewer.begin();
        InputStream body = answer.get(5, TimeUnit.SECONDS).body();
        viewer.request().connection().close();
        assertThat(CompletableFuture.supplyAsync(() -> endsBadly(body)))
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(true);
    }

    private static boolean endsBadly(InputStream body) {
        try {
            body.readAllBytes();
            return false;
        } catch (java.io.IOException broken) {
            return true;
        }
    }

    @Test
    void several_runs_on_one_connection_pass_too() throws Exception {
        String path = "/api/v1/stream?run=" + RUN + "&run=load-test&last_event_id=load-test%3D0:1-2";
        CompletableFuture<HttpResponse<InputStream>> answer = watch(path);
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        viewer.begin();
        viewer.send("id: " + RUN + "=;load-test=0:1-2\n\n");
        try (InputStream body = answer.get(5, TimeUnit.SECONDS).body()) {
            assertThat(new String(body.readNBytes(4), UTF_8)).isEqualTo("id: ");
        }
        assertThat(viewer.request().uri()).isEqualTo(path);
    }

    @Test
    void an_answer_that_is_no_stream_passes_as_it_is() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch("/api/v1/runs/load-test/stream");
        FakeGateway.Viewer viewer = FakeGateway.nextViewer();
        viewer.request().response().setStatusCode(204).end();
        assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(204);
        assertThat(viewer.request().uri()).isEqualTo("/api/v1/runs/load-test/stream");
    }

    @Test
    void hundreds_watch_at_the_same_time() throws Exception {
        List<CompletableFuture<HttpResponse<InputStream>>> answers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            answers.add(watch(STREAM));
            FakeGateway.Viewer viewer = FakeGateway.nextViewer();
            viewer.begin();
            viewer.send("!");
        }
        for (CompletableFuture<HttpResponse<InputStream>> answer : answers) {
            try (InputStream body = answer.get(10, TimeUnit.SECONDS).body()) {
                assertThat(body.read()).isEqualTo('!');
            }
        }
    }

    @Test
    void a_gateway_that_is_away_is_told_at_once() {
        FakeGateway.leave();
        try {
            given().get(STREAM)
                    .then()
                    .statusCode(503)
                    .contentType("application/problem+json")
                    .header("Retry-After", "2")
                    .body("type", equalTo("https://aideator.dev/problems/gateway-away"))
                    .body("status", equalTo(503))
                    .body("detail", containsString("Try again"));
        } finally {
            FakeGateway.arrive();
        }
    }

    @Test
    void a_gateway_that_hangs_is_not_waited_for_forever() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> answer = watch(STREAM);
        FakeGateway.nextViewer();
        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(503);
    }

    @Test
    void only_reading_passes() {
        given().post(STREAM)
                .then()
                .statusCode(405)
                .header("Allow", "GET, HEAD")
                .body("type", equalTo("https://aideator.dev/problems/method-not-allowed"));
    }

    private CompletableFuture<HttpResponse<InputStream>> watch(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(here.resolve(path)).version(HttpClient.Version.HTTP_1_1);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.sendAsync(request.build(), BodyHandlers.ofInputStream());
    }
}
