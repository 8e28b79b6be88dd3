package dev.aideator.edge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class OriginGuardTest {

    private static Vertx vertx;
    private static HttpServer server;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        router.route()
                .handler(new OriginGuard(
                        Set.of(" Aideator.Example"),
                        ApiTokens.of(Optional.of("sesame"), InstantSource.system()),
                        new MachinePaths(true)));
        router.route().handler(context -> context.response().end("in"));
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8000,, 200",
        "127.0.0.1,, 200",
        "[::1]:8000,, 200",
        "LOCALHOST:8000, http://localhost:8000, 200",
        "localhost:8000, http://localhost:3000, 200",
        "aideator.example, https://aideator.example, 200",
        "evil.example,, 403",
        "localhost.evil.example,, 403",
        "localhost:8000, https://evil.example, 403",
        "localhost:8000, http://localhost.evil.example, 403",
        "localhost:8000, null, 403",
        "localhost:8000, http://a b, 403",
    })
    void only_our_hosts_and_their_own_pages_come_in(String host, String origin, int status) throws IOException {
        assertThat(get("/", host, origin == null ? "" : "Origin: " + origin)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "/q/health/live, 200",
        "/q/health/ready, 200",
        "/q/metrics, 200",
        "/q/openapi, 403",
        "/q/health/live/../../openapi, 403",
        "/, 403",
        "/health, 403",
        "/api/v1/runs, 403",
        "/internal/v1/drain, 403",
    })
    void a_kubelet_names_a_pod_by_its_address_and_nothing_else_is_open_under_it(String path, int status)
            throws IOException {
        assertThat(get(path, "10.88.0.7:8000", "")).isEqualTo(status);
    }

    @Test
    void a_program_that_brings_the_token_may_name_us_as_it_likes() throws IOException {
        assertThat(get("/", "10.88.0.7:8000", "Authorization: Bearer sesame")).isEqualTo(200);
        assertThat(get("/", "10.88.0.7:8000", "Authorization: Bearer guess")).isEqualTo(403);
    }

    /** By hand, because HTTP clients do not let a test say any Host it likes. */
    private static int get(String path, String host, String header) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n"
                    + (header.isEmpty() ? "" : header + "\r\n") + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }
}
