package dev.aideator.edge;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class TokenGuardTest {

    private static final Instant START = Instant.parse("2026-01-10T10:30:00Z");
    private static final Duration AGE = Duration.ofDays(7);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static Vertx vertx;
    private static HttpServer server;
    private static ApiTokens tokens;
    private static MachinePaths machines;
    private static Instant now;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        router.route().handler(context -> new OriginGuard(Set.of(), tokens, machines).handle(context));
        router.route()
                .handler(context -> new TokenGuard(
                                tokens,
                                machines,
                                asked -> asked.request().path().equals("/open"))
                        .handle(context));
        router.post("/open")
                .handler(context -> context.request()
                        .body()
                        .onSuccess(token -> context.response()
                                .end(signIn(tokens, token.toString(), context.request())
                                        .orElse("refused"))));
        router.route().handler(context -> context.response().end("in"));
        server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static Optional<String> signIn(ApiTokens tokens, String token, HttpServerRequest request) {
        return tokens.signIn(token, AGE, request);
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void aDayWithOneToken() {
        now = START;
        machines = new MachinePaths(false);
        opensWith("sesame");
    }

    private static void opensWith(String configured) {
        tokens = ApiTokens.of(Optional.ofNullable(configured), () -> now);
    }

    private static HttpResponse<String> ask(String path, String... headers) {
        return send(HttpRequest.newBuilder(at(path)), headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    private static String signIn(String token, String... headers) {
        return send(HttpRequest.newBuilder(at("/open")).POST(HttpRequest.BodyPublishers.ofString(token)), headers)
                .body();
    }

    /** What a browser sends back of a Set-Cookie header. */
    private static String cookie(String set) {
        return set.split(";", 2)[0];
    }

    @Test
    void without_a_token_everybody_comes_in() {
        for (String none : new String[] {null, "", " , "}) {
            opensWith(none);
            assertThat(ask("/api/v1/runs").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void the_token_comes_in_and_says_nothing_is_missing() {
        assertThat(ask("/api/v1/runs", "Authorization", "Bearer sesame").body()).isEqualTo("in");
        assertThat(ask("/api/v1/runs", "Authorization", "bearer  sesame").statusCode())
                .isEqualTo(200);
    }

    @Test
    void who_brings_nothing_is_asked_for_the_token() {
        HttpResponse<String> answer = ask("/api/v1/runs");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"AIdeator\"");
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        assertThat(answer.body()).contains("problems/token-missing", "AIDEATOR_API_TOKEN");
        assertThat(ask("/api/v1/runs", "Authorization", "Basic c2VzYW1l").body())
                .contains("token-missing");
        assertThat(ask("/api/v1/runs?token=sesame&access_token=sesame").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sesam", "sesame2", "Sesame", "sesame,", "*"})
    void a_wrong_token_is_refused_and_waits_for_it(String wrong) {
        long start = System.nanoTime();
        HttpResponse<String> answer = ask("/api/v1/runs", "Authorization", "Bearer " + wrong);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("problems/token-wrong");
        assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).contains("invalid_token");
        assertThat(Duration.ofNanos(System.nanoTime() - start).toMillis())
                .isGreaterThanOrEqualTo(TokenGuard.WRONG_TOKEN_MILLIS - 5);
    }

    @Test
    void every_token_of_a_list_comes_in() {
        opensWith("old, new,");
        for (String token : new String[] {"old", "new"}) {
            assertThat(ask("/api", "Authorization", "Bearer " + token).statusCode())
                    .isEqualTo(200);
        }
        assertThat(ask("/api", "Authorization", "Bearer old, new").statusCode()).isEqualTo(401);
    }

    @Test
    void a_session_comes_in_until_it_ends() {
        String set = signIn("sesame");
        assertThat(set)
                .startsWith("aideator_session=")
                .endsWith("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict")
                .doesNotContain("sesame");
        assertThat(ask("/api", "Cookie", "other=1; " + cookie(set)).statusCode())
                .isEqualTo(200);
        // What stands in front may have asked for a password of its own.
        assertThat(ask("/api", "Cookie", cookie(set), "Authorization", "Basic eDp5")
                        .statusCode())
                .isEqualTo(200);
        now = START.plus(AGE).minusSeconds(1);
        assertThat(ask("/api", "Cookie", cookie(set)).statusCode()).isEqualTo(200);
        now = START.plus(AGE);
        HttpResponse<String> late = ask("/api", "Cookie", cookie(set));
        assertThat(late.statusCode()).isEqualTo(401);
        assertThat(late.body()).contains("token-missing");
    }

    @Test
    void a_session_ends_with_its_token_and_not_with_another() {
        opensWith("old, new");
        String old = cookie(signIn("old"));
        String fresh = cookie(signIn("new"));
        opensWith("new");
        assertThat(ask("/api", "Cookie", old).statusCode()).isEqualTo(401);
        assertThat(ask("/api", "Cookie", fresh).statusCode()).isEqualTo(200);
        opensWith("newest, new");
        assertThat(ask("/api", "Cookie", fresh).statusCode()).isEqualTo(200);
    }

    @Test
    void a_session_cannot_be_made_up() {
        String[] parts = cookie(signIn("sesame")).split("[=.]");
        String later = Long.toString(START.plus(AGE).plusSeconds(1).getEpochSecond());
        for (String forged : new String[] {
            later + "." + parts[2],
            parts[1] + "." + parts[2].substring(1),
            parts[1] + "." + new StringBuilder(parts[2]).reverse(),
            parts[1] + ".",
            parts[1],
            "999999999999999999999." + parts[2],
            "-1." + parts[2],
            "sesame",
            ""
        }) {
            assertThat(ask("/api", "Cookie", "aideator_session=" + forged).statusCode())
                    .as(forged)
                    .isEqualTo(401);
        }
    }

    @Test
    void nobody_signs_in_with_a_wrong_token() {
        assertThat(signIn("sesam")).isEqualTo("refused");
        assertThat(signIn("")).isEqualTo("refused");
    }

    @Test
    void a_cookie_stays_on_https_where_it_came_by_https() {
        assertThat(signIn("sesame", "X-Forwarded-Proto", "https")).endsWith("; Secure");
        assertThat(signIn("sesame", "X-Forwarded-Proto", "HTTPS, http")).endsWith("; Secure");
        assertThat(signIn("sesame", "X-Forwarded-Proto", "http")).doesNotContain("Secure");
    }

    @Test
    void what_is_not_said_to_be_open_is_closed_however_its_path_is_written() {
        assertThat(ask("/open").statusCode()).isEqualTo(200);
        for (String path : new String[] {
            "/",
            "/open/",
            "/open;x",
            "//open",
            "/%6fpen/x",
            "/api;x/v1/runs",
            "/q/metrics",
            "/q/health/",
            "/q/health/live;x",
            "/q/health/../openapi",
            "/q/health/%2e%2e/openapi",
            "//q/health"
        }) {
            assertThat(ask(path).statusCode()).as(path).isEqualTo(401);
        }
    }

    @Test
    void health_is_open_and_metrics_are_where_they_are_said_to_be() {
        for (String path : new String[] {"/q/health", "/q/health/live", "/q/health/ready", "/q/health/started"}) {
            assertThat(ask(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(send(HttpRequest.newBuilder(at("/q/health/live")).DELETE()).statusCode())
                .isEqualTo(401);
        machines = new MachinePaths(true);
        assertThat(ask("/q/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void a_connection_lives_on_after_a_body_that_was_not_wanted() {
        HttpRequest.Builder large = HttpRequest.newBuilder(at("/api"))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofString(" ".repeat(3_000_000)));
        for (int i = 0; i < 5; i++) {
            assertThat(send(large.copy()).statusCode()).isEqualTo(401);
            assertThat(ask("/open").statusCode()).isEqualTo(200);
        }
    }
}
