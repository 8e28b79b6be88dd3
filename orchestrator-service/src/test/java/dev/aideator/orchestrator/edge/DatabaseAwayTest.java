package dev.aideator.orchestrator.edge;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.UUID;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.endsWith;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class DatabaseAwayTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void without_its_database_the_service_says_when_to_come_back_and_is_there_again_with_it() {
        String run = "/api/v1/runs/" + UUID.randomUUID();
        String body = "{\"github_url\":\"https://github.com/a/b\",\"prompt\":\"say x\",\"variations\":1}";
        given().get(run).then().statusCode(404);
        EmbeddedServers.stopPostgres();
        try {
            for (String path : new String[] {run, "/api/v1/runs", run + "/status"}) {
                given().get(path)
                        .then()
                        .statusCode(503)
                        .contentType("application/problem+json")
                        .header("Retry-After", "2")
                        .body("type", endsWith("/database-away"));
            }
            given().contentType("application/json")
                    .body(body)
                    .post("/api/v1/runs")
                    .then()
                    .statusCode(503)
                    .body("type", endsWith("/database-away"));
            given().delete(run).then().statusCode(503);
        } finally {
            EmbeddedServers.restartPostgres();
        }
        await().atMost(SOON).until(() -> given().get(run).statusCode() == 404);
        await().atMost(SOON)
                .until(() -> given().contentType("application/json")
                                .body(body)
                                .post("/api/v1/runs")
                                .statusCode()
                        == 202);
    }
}
