package dev.aideator.orchestrator.edge;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class EdgeTest {

    @TestHTTPResource("/")
    URI here;

    @Test
    void a_host_name_that_is_not_ours_is_refused() {
        for (String path : new String[] {"/api/v1/runs", "/", "/q/openapi", "/api/v1/runs/x/stream", "/health"}) {
            isProblem(given().header("Host", "rebound.example").get(path).then(), 403, "host-not-allowed")
                    .body("detail", containsString("AIDEATOR_ALLOWED_HOSTS"));
        }
    }

    @Test
    void a_page_of_another_origin_is_refused() {
        for (String origin : new String[] {"https://other.example", "null", "http://localhost.other.example"}) {
            isProblem(
                    given().header("Origin", origin)
                            .contentType("application/json")
                            .body("{}")
                            .post("/api/v1/runs")
                            .then(),
                    403,
                    "origin-not-allowed");
        }
    }

    @Test
    void our_own_pages_and_names_are_not() {
        given().header("Origin", "http://localhost:3000")
                .get("/api/v1/agents")
                .then()
                .statusCode(200);
        given().header("Host", "aideator.example").get("/api/v1/agents").then().statusCode(200);
    }

    @Test
    void what_is_not_there_is_a_problem() {
        isProblem(given().get("/api/v1/nothing").then(), 404, "not-found")
                .body("detail", containsString("/api/v1/nothing"));
        isProblem(given().get("/nothing.js").then(), 404, "not-found");
        isProblem(given().accept("text/html").get("/api/v1/nothing").then(), 404, "not-found");
    }

    @Test
    void a_wrong_method_is_a_problem() {
        isProblem(given().put("/api/v1/runs").then(), 405, "method-not-allowed")
                .body("detail", containsString("PUT can't be used on /api/v1/runs"));
    }

    @Test
    void an_answer_in_another_form_is_a_problem() {
        isProblem(given().accept("image/png").get("/api/v1/runs").then(), 406, "not-acceptable");
    }

    @Test
    void a_body_in_another_form_is_a_problem() {
        isProblem(
                        given().contentType("text/plain")
                                .body("{}")
                                .post("/api/v1/runs")
                                .then(),
                        415,
                        "unsupported-media-type")
                .body("detail", containsString("Content-Type: application/json"));
        isProblem(given().post("/api/v1/runs").then(), 415, "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(ints = {262_145, 1_000_000, 20_000_000})
    void a_body_over_the_limit_is_a_problem(int bytes) {
        isProblem(
                        given().contentType("application/json")
                                .body(" ".repeat(bytes))
                                .post("/api/v1/runs")
                                .then(),
                        413,
                        "body-too-large")
                .body("detail", containsString("262144 bytes"));
    }

    @Test
    void a_body_that_does_not_say_its_length_is_limited_as_well() throws Exception {
        byte[] body = " ".repeat(400_000).getBytes(UTF_8);
        HttpRequest chunked = HttpRequest.newBuilder(here.resolve("/api/v1/runs"))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(chunked, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("https://aideator.dev/problems/body-too-large");
    }

    @Test
    void the_server_still_listens_after_a_body_over_the_limit() {
        for (int i = 0; i < 5; i++) {
            given().contentType("application/json")
                    .body(" ".repeat(1_000_000))
                    .post("/api/v1/runs")
                    .then()
                    .statusCode(413);
            given().get("/api/v1/agents").then().statusCode(200);
        }
    }

    @Test
    void a_browser_is_told_to_keep_to_our_own() {
        given().get("/api/v1/agents")
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", "no-store")
                .header("Content-Security-Policy", containsString("script-src 'self';"))
                .header("Content-Security-Policy", not(containsString("script-src 'self' 'unsafe-inline'")));
        given().get("/q/swagger-ui/")
                .then()
                .statusCode(200)
                .header("Content-Security-Policy", containsString("script-src 'self' 'unsafe-inline'"));
    }

    @Test
    void files_with_a_hash_in_their_name_are_kept_and_the_page_is_not() {
        given().get("/assets/test-0a1b2c3d.js")
                .then()
                .statusCode(200)
                .header("Cache-Control", "public, max-age=31536000, immutable");
        isProblem(given().get("/assets/gone-11111111.js").then(), 404, "not-found")
                .header("Cache-Control", not(containsString("immutable")));
        given().accept("text/html").get("/").then().header("Cache-Control", "no-cache");
    }

    @Test
    void every_path_of_the_dashboard_shows_its_page() {
        for (String path : new String[] {"/", "/runs", "/runs/0b8e4f6a-5d0c-4a53-9f3e-2f6f1f7f9b11", "/a/b.c"}) {
            given().accept("text/html,application/xhtml+xml,*/*;q=0.8")
                    .get(path)
                    .then()
                    .statusCode(200)
                    .contentType("text/html")
                    .header("Cache-Control", "no-cache");
        }
    }

    @Test
    void metrics_and_readiness_are_there() {
        given().get("/q/metrics").then().statusCode(200).body(containsString("jvm_memory"));
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void without_a_token_nobody_is_asked_for_one() {
        given().get("/api/v1/session")
                .then()
                .statusCode(200)
                .body("token_required", equalTo(false))
                .body("admitted", equalTo(true));
        given().contentType("application/json")
                .body("{\"token\": \"anything\"}")
                .post("/api/v1/session")
                .then()
                .statusCode(200)
                .header("Set-Cookie", equalTo(null));
    }

    private static ValidatableResponse isProblem(ValidatableResponse response, int status, String slug) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("https://aideator.dev/problems/" + slug))
                .body("status", equalTo(status))
                .body("title", not(equalTo(null)))
                .body("detail", containsString("."));
    }
}
