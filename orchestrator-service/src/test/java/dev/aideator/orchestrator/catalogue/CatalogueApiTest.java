package dev.aideator.orchestrator.catalogue;

import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.edge.FakeGateway;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.nullValue;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class CatalogueApiTest {

    @Test
    void agents_are_listed_with_what_they_lack() {
        given().get("/api/v1/agents")
                .then()
                .statusCode(200)
                .body("agents.name", hasItems("survey", "llm", "claude-code", "codex", "opencode", "echo-bot"))
                .body("agents.find { it.name == 'survey' }.available", equalTo(true))
                .body("agents.find { it.name == 'survey' }.default", equalTo(true))
                .body("agents.find { it.name == 'survey' }.reason", nullValue())
                .body("agents.find { it.name == 'echo-bot' }.available", equalTo(true))
                .body("agents.find { it.name == 'llm' }.needs_model", equalTo(true))
                .body("agents.find { it.name == 'llm' }.reason", containsString("OPENAI_API_KEY"))
                .body("agents.find { it.name == 'codex' }.available", equalTo(false))
                .body("max_variations", equalTo(5))
                .body("allowed_images", empty());
    }

    @Test
    void models_are_listed_with_what_they_lack() {
        given().get("/api/v1/models")
                .then()
                .statusCode(200)
                .body("models.agent", everyItem(equalTo("llm")))
                .body("models.available", everyItem(equalTo(false)))
                .body("models.reason", everyItem(containsString("OPENAI_API_KEY")));
    }
}
