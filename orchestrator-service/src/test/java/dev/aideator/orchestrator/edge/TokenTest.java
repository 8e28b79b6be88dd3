package dev.aideator.orchestrator.edge;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
@TestProfile(TokenTest.WithToken.class)
class TokenTest {

    public static class WithToken implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("AIDEATOR_API_TOKEN", "old-sesame, sesame");
        }
    }

    private static final String SESSION = "/api/v1/session";
    private static final String STREAM = "/api/v1/runs/" + UUID.randomUUID() + "/stream/redis";

    @TestHTTPResource("/")
    URI here;

    private static Response signIn(String token) {
        return given().contentType("application/json")
                .body(Map.of("token", token))
                .post(SESSION);
    }

    private static ValidatableResponse asksForToken(Response response) {
        return response.then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("WWW-Authenticate", containsString("Bearer"))
                .header("X-Content-Type-Options", "nosniff")
                .body("type", equalTo("https://aideator.dev/problems/token-missing"))
                .body("detail", containsString("AIDEATOR_API_TOKEN"));
    }

    @Test
    void nothing_is_told_without_a_token() {
        for (String path : new String[] {
            "/api/v1/runs",
            "/api/v1/agents",
            "/api/v1/health",
            "/health",
            STREAM,
            "/api/v1/nothing",
            "/api/v1/session/x",
            "/q/metrics",
            "/q/openapi",
            "/q/swagger-ui/",
            "/nothing.js",
            // Spellings that a router may take for one of those.
            "//api/v1/runs",
            "/api;a=b/v1/runs",
            "/api/v1;a=b/runs",
            "/%61pi/v1/runs",
            "/assets/../api/v1/runs",
            "/internal;a=b/v1/runs/x"
        }) {
            asksForToken(given().urlEncodingEnabled(false).get(path));
        }
        asksForToken(given().contentType("application/json").body("{}").post("/api/v1/runs"));
        asksForToken(given().accept("text/html").get("/api/v1/runs"));
        asksForToken(given().accept("text/html").post("/runs"));
    }

    /** As they are written: other clients resolve the dots themselves. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal/../api/v1/runs",
                "/internal/%2e%2e/api/v1/runs",
                "/internal/x/../../q/metrics",
                "/internal/./../api/v1/runs",
                "/internal//../../api/v1/runs",
                "/assets/../api/v1/runs",
                "/api/v1/session/../runs"
            })
    void no_way_round_leads_past_the_token(String path) throws Exception {
        try (Socket socket = new Socket(here.getHost(), here.getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 401 ").contains("token-missing");
        }
    }

    @Test
    void the_dashboard_and_health_are_open() {
        for (String path : new String[] {"/", "/runs/" + UUID.randomUUID()}) {
            given().accept("text/html").get(path).then().statusCode(200).contentType("text/html");
        }
        given().get("/assets/test-0a1b2c3d.js").then().statusCode(200);
        for (String path : new String[] {"/q/health", "/q/health/live", "/q/health/ready", "/q/health/started"}) {
            given().header("Host", "10.88.0.7:8000").get(path).then().statusCode(200);
        }
    }

    @Test
    void a_program_brings_the_token_with_every_request() {
        for (String token : new String[] {"sesame", "old-sesame"}) {
            given().header("Authorization", "Bearer " + token)
                    .get("/api/v1/agents")
                    .then()
                    .statusCode(200);
        }
        given().header("Authorization", "Bearer sesame")
                .header("Host", "10.88.0.7:8000")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("jvm_memory"));
        given().header("Authorization", "Bearer guess")
                .get("/api/v1/agents")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("invalid_token"))
                .body("type", equalTo("https://aideator.dev/problems/token-wrong"));
    }

    @Test
    void a_browser_gives_the_token_once() {
        given().get(SESSION)
                .then()
                .statusCode(200)
                .body("token_required", equalTo(true))
                .body("admitted", equalTo(false));
        Response welcome = signIn("sesame");
        welcome.then().statusCode(200).body("admitted", equalTo(true));
        assertThat(welcome.header("Set-Cookie"))
                .contains("; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict")
                .doesNotContain("Secure")
                .doesNotContain("sesame");
        String cookie = welcome.header("Set-Cookie").split(";", 2)[0];
        given().header("Cookie", cookie).get("/api/v1/runs").then().statusCode(200);
        given().header("Cookie", cookie).get(SESSION).then().body("admitted", equalTo(true));

        given().header("Cookie", cookie)
                .delete(SESSION)
                .then()
                .statusCode(204)
                .header("Set-Cookie", containsString("aideator_session=; Path=/; Max-Age=0"));
    }

    @Test
    void a_wrong_token_begins_no_session() {
        signIn("guess")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .header("Set-Cookie", nullValue())
                .body("type", equalTo("https://aideator.dev/problems/token-wrong"));
        given().contentType("application/json")
                .body("{}")
                .post(SESSION)
                .then()
                .statusCode(400)
                .body("type", equalTo("https://aideator.dev/problems/body-missing"));
        given().contentType("application/json")
                .header("Origin", "https://other.example")
                .body(Map.of("token", "sesame"))
                .post(SESSION)
                .then()
                .statusCode(403);
    }

    @Test
    void the_gateway_sees_who_watches() throws Exception {
        String cookie = signIn("sesame").header("Set-Cookie").split(";", 2)[0];
        for (String[] header : new String[][] {{"Cookie", cookie}, {"Authorization", "Bearer sesame"}}) {
            HttpRequest watch = HttpRequest.newBuilder(here.resolve(STREAM))
                    .version(HttpClient.Version.HTTP_1_1)
                    .headers(header)
                    .build();
            var answer = HttpClient.newHttpClient().sendAsync(watch, BodyHandlers.discarding());
            FakeGateway.Viewer viewer = FakeGateway.nextViewer();
            assertThat(viewer.request().getHeader(header[0])).isEqualTo(header[1]);
            viewer.request().response().setStatusCode(204).end();
            assertThat(answer.get().statusCode()).isEqualTo(204);
        }
    }

    @Test
    void what_services_tell_each_other_does_not_stand_open_beside_it() {
        given().get("/internal/v1/runs/" + UUID.randomUUID())
                .then()
                .statusCode(401)
                .body("type", equalTo("https://aideator.dev/problems/internal-token-missing"))
                .body("detail", containsString("AIDEATOR_INTERNAL_TOKEN"));
        given().header("Authorization", "Bearer sesame")
                .post("/internal/v1/drain")
                .then()
                .statusCode(401);
    }
}
