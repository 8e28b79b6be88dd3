package dev.aideator.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Viewers who stop reading, with a gateway that soon loses patience. */
class StuckViewerTest extends GatewayFixture {

    /** More than the system takes for a viewer who does not read. */
    private static final int EVENTS = 8_000;

    @Override
    Map<String, String> settings() {
        return Map.of(
                "aideator.gateway.hub.window", "65536",
                "aideator.gateway.hub.write", "16384",
                "aideator.gateway.hub.check", "50ms",
                "aideator.gateway.sse.patience", "700ms");
    }

    private void sayMuch() {
        String text = "x".repeat(1_500);
        for (int i = 0; i < EVENTS; i++) {
            run.say(i % 2, i + text);
        }
    }

    private double cut() {
        return gateway.count("gateway.viewers.cut");
    }

    private void isCutAndGetsTheRestLater(SseViewer stuck) {
        double before = cut();
        sayMuch();
        endAll();
        // One that hears of it comes back, and is cut again.
        until(() ->
                cut() > before && gateway.gauge("gateway.connections") == 0 && gateway.gauge("gateway.viewers") == 0);

        stuck.resume();
        until(stuck::isOver);
        assertThat(stuck.connections()).isGreaterThanOrEqualTo(2);
        assertThat(stuck.violations()).isEmpty();
        assertThat(stuck.events()).hasSize(run.lines().size());
        assertThat(stuck.events().getLast().type()).isEqualTo("run_complete");
    }

    @Test
    void one_who_stops_reading_is_cut_off_and_comes_back_for_the_rest() {
        openAll();
        isCutAndGetsTheRestLater(add(SseViewer.stuck(gateway.port(), path())));
    }

    @Test
    void one_who_stops_reading_several_runs_is_cut_off_and_comes_back_for_the_rest() {
        openAll();
        isCutAndGetsTheRestLater(add(SseViewer.stuck(gateway.port(), "/api/v1/stream?run=" + runId)));
    }

    @Test
    void one_who_stops_reading_an_old_stream_is_cut_off() throws IOException {
        openAll();
        double before = cut();
        try (Socket stuck = new Socket()) {
            stuck.setReceiveBufferSize(4096);
            stuck.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
            stuck.getOutputStream()
                    .write(("GET " + path() + " HTTP/1.0\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            sayMuch();
            until(() -> cut() == before + 1
                    && gateway.gauge("gateway.connections") == 0
                    && gateway.gauge("gateway.viewers") == 0);
        }
    }

    @Test
    void one_who_reads_slowly_is_left_alone() throws IOException {
        openAll();
        double before = cut();
        sayMuch();
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(65_536);
            slow.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
            slow.getOutputStream()
                    .write(("GET " + path() + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = slow.getInputStream();
            long start = System.nanoTime();
            // Longer than the gateway's patience with one who takes nothing.
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(3)) {
                assertThat(in.readNBytes(32_768)).hasSize(32_768);
                await(50);
            }
        }
        assertThat(cut()).isEqualTo(before);
    }

    private static void await(long millis) {
        CompletableFuture<Void> never = new CompletableFuture<>();
        never.completeOnTimeout(null, millis, TimeUnit.MILLISECONDS).join();
    }

    @Test
    void of_a_shared_connection_only_the_stream_that_is_not_read_is_cut() {
        openAll();
        Vertx browser = Vertx.vertx();
        HttpClient client = browser.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                // As browsers have it: one stream does not hold up the others.
                .setHttp2ConnectionWindowSize(1 << 20));
        double before = cut();
        HttpClientResponse read = open(client);
        CompletableFuture<String> whole = new CompletableFuture<>();
        read.body().onSuccess(body -> whole.complete(body.toString())).onFailure(whole::completeExceptionally);
        CompletableFuture<Void> fate = new CompletableFuture<>();
        HttpClientResponse unread = open(client);
        unread.pause();
        unread.exceptionHandler(fate::completeExceptionally).endHandler(end -> fate.complete(null));
        sayMuch();
        endAll();
        until(() -> cut() == before + 1);

        assertThat(whole.orTimeout(15, TimeUnit.SECONDS).join()).contains("event: run_complete");
        unread.resume();
        assertThatThrownBy(() -> fate.get(15, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        Await.of(browser.close());
    }

    @Test
    void one_who_takes_long_for_a_large_write_to_a_shared_connection_is_left_alone() {
        openAll();
        Vertx browser = Vertx.vertx();
        HttpClient client = browser.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        String text = "x".repeat(15_000);
        for (int i = 0; i < 60; i++) {
            run.say(i % 2, i + text);
        }
        try (TestGateway large = new TestGateway(
                server.url(),
                orchestrator.url(),
                Map.of("aideator.gateway.hub.check", "50ms", "aideator.gateway.sse.patience", "700ms"))) {
            HttpClientResponse slow = open(client, large);
            slow.pause();
            AtomicLong read = new AtomicLong();
            slow.handler(bytes -> read.addAndGet(bytes.length()));
            slow.exceptionHandler(cut -> read.set(Long.MIN_VALUE));
            long start = System.nanoTime();
            // One write takes longer than the gateway's patience with one who takes nothing.
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4)) {
                slow.fetch(1);
                await(100);
            }
            assertThat(large.count("gateway.viewers.cut")).isZero();
            assertThat(read.get()).isPositive();
        }
        Await.of(browser.close());
    }

    private HttpClientResponse open(HttpClient client) {
        return open(client, gateway);
    }

    private HttpClientResponse open(HttpClient client, TestGateway of) {
        HttpClientResponse response = Await.of(
                client.request(HttpMethod.GET, of.port(), "127.0.0.1", path()).compose(HttpClientRequest::send));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
        return response;
    }
}
