package dev.aideator.gateway;

import dev.aideator.edge.ApiTokens;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

/** The gateway's own port opens as the orchestrator's does, to the same tokens and the same sessions. */
@QuarkusTest
@QuarkusTestResource(GatewayServiceTest.Surroundings.class)
@TestProfile(GatewayTokenTest.WithToken.class)
class GatewayTokenTest {

    public static class WithToken implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("AIDEATOR_API_TOKEN", "sesame", "AIDEATOR_METRICS_OPEN", "true");
        }
    }

    private static final String STREAM = "/api/v1/runs/load-test/stream/redis";
    private static final String TOGETHER = "/api/v1/stream?run=load-test&run=another";

    private static RequestSpecification watching() {
        return given().accept("text/event-stream");
    }

    @Test
    void a_stream_asks_for_the_token() {
        for (String path : new String[] {STREAM, TOGETHER, "/api/v1/anything", "/", "/q/openapi"}) {
            given().get(path)
                    .then()
                    .statusCode(401)
                    .contentType("application/problem+json")
                    .header("WWW-Authenticate", containsString("Bearer"))
                    .body("type", equalTo("https://aideator.dev/problems/token-missing"));
        }
        watching()
                .header("Authorization", "Bearer guess")
                .get(STREAM)
                .then()
                .statusCode(401)
                .body("type", equalTo("https://aideator.dev/problems/token-wrong"));
        for (String path : new String[] {STREAM, TOGETHER}) {
            watching()
                    .header("Authorization", "Bearer sesame")
                    .head(path)
                    .then()
                    .statusCode(200)
                    .contentType("text/event-stream");
        }
    }

    /** As the orchestrator makes one; no service knows of another's. */
    @Test
    void a_session_that_another_service_began_is_one_here() {
        watching().header("Cookie", session("sesame")).head(STREAM).then().statusCode(200);
        watching()
                .header("Cookie", session("another-token"))
                .head(STREAM)
                .then()
                .statusCode(401);
    }

    private static String session(String token) {
        ApiTokens tokens = ApiTokens.of(Optional.of(token), InstantSource.system());
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer elsewhere = Await.of(vertx.createHttpServer()
                    .requestHandler(request -> request.response()
                            .end(tokens.signIn(token, Duration.ofMinutes(1), request)
                                    .orElseThrow()))
                    .listen(0, "127.0.0.1"));
            return given().port(elsewhere.actualPort()).get("/").asString().split(";", 2)[0];
        } finally {
            Await.of(vertx.close());
        }
    }

    @Test
    void kubelets_and_scrapers_bring_none() {
        String pod = "10.88.0.7:" + RestAssured.port;
        for (String path : new String[] {"/q/health/live", "/q/health/ready", "/q/health/started", "/q/metrics"}) {
            given().header("Host", pod).get(path).then().statusCode(200);
        }
        given().header("Host", pod).get(STREAM).then().statusCode(403);
    }
}
