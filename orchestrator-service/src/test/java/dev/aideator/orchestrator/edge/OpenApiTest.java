package dev.aideator.orchestrator.edge;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

/** The API's description is whole: a reader finds an example of everything and no reference leads nowhere. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class OpenApiTest {

    private JsonObject document;

    @BeforeEach
    void read() {
        document = new JsonObject(
                given().accept("application/json").get("/q/openapi?format=json").asString());
    }

    @Test
    void every_path_of_the_api_is_described_and_no_other() {
        assertThat(document.getJsonObject("paths").fieldNames())
                .containsExactlyInAnyOrder(
                        "/health",
                        "/api/v1/health",
                        "/api/v1/session",
                        "/api/v1/agents",
                        "/api/v1/models",
                        "/api/v1/runs",
                        "/api/v1/runs/{run_id}",
                        "/api/v1/runs/{run_id}/status",
                        "/api/v1/runs/{run_id}/select",
                        "/api/v1/stream",
                        "/api/v1/runs/{run_id}/stream",
                        "/api/v1/runs/{run_id}/stream/redis",
                        "/api/v1/runs/{run_id}/variations/{variation_id}",
                        "/api/v1/runs/{run_id}/variations/{variation_id}/output",
                        "/api/v1/runs/{run_id}/variations/{variation_id}/retry");
    }

    @Test
    void every_operation_says_what_it_does() {
        forEachOperation((name, operation) -> {
            assertThat(operation.getString("summary")).as(name).isNotBlank();
            assertThat(operation.getString("description")).as(name).isNotBlank();
            assertThat(operation.getString("operationId")).as(name).isNotBlank();
            assertThat(operation.getJsonArray("tags")).as(name).hasSize(1);
        });
    }

    @Test
    void every_body_has_an_example() {
        forEachOperation((name, operation) -> {
            if (operation.containsKey("requestBody")) {
                hasExample(name + " request", operation.getJsonObject("requestBody"));
            }
            for (Map.Entry<String, Object> response : operation.getJsonObject("responses")) {
                JsonObject answer = resolved((JsonObject) response.getValue());
                assertThat(answer.getString("description")).as(name).isNotBlank();
                if (!response.getKey().equals("204")) {
                    hasExample(name + " " + response.getKey(), answer);
                }
            }
        });
    }

    @Test
    void every_problem_looks_as_it_will_be_sent() {
        forEachOperation((name, operation) -> {
            for (Map.Entry<String, Object> response : operation.getJsonObject("responses")) {
                JsonObject problem = resolved((JsonObject) response.getValue())
                        .getJsonObject("content", new JsonObject())
                        .getJsonObject("application/problem+json");
                if (problem == null) {
                    continue;
                }
                for (Map.Entry<String, Object> example : problem.getJsonObject("examples")) {
                    JsonObject value = ((JsonObject) example.getValue()).getJsonObject("value");
                    assertThat(value.fieldNames())
                            .as(name)
                            .containsExactlyInAnyOrder("type", "title", "status", "detail");
                    assertThat(value.getInteger("status")).as(name).hasToString(response.getKey());
                    assertThat(value.getString("type")).isEqualTo("https://aideator.dev/problems/" + example.getKey());
                }
            }
        });
    }

    @Test
    void no_reference_leads_nowhere() {
        List<String> references = new ArrayList<>();
        collect(document, references);
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(
                        reference -> assertThat(target(reference)).as(reference).isNotNull());
    }

    @Test
    void names_are_as_they_travel() {
        assertThat(document.getJsonObject("components")
                        .getJsonObject("schemas")
                        .getJsonObject("RunRequest")
                        .getJsonObject("properties")
                        .fieldNames())
                .containsExactlyInAnyOrder(
                        "github_url",
                        "prompt",
                        "variations",
                        "use_claude_code",
                        "agent_config",
                        "base_ref",
                        "image",
                        "agents");
    }

    private void forEachOperation(BiConsumer<String, JsonObject> check) {
        for (Map.Entry<String, Object> path : document.getJsonObject("paths")) {
            for (Map.Entry<String, Object> operation : (JsonObject) path.getValue()) {
                check.accept(operation.getKey() + " " + path.getKey(), (JsonObject) operation.getValue());
            }
        }
    }

    private static void hasExample(String name, JsonObject body) {
        for (Map.Entry<String, Object> content : body.getJsonObject("content")) {
            JsonObject form = (JsonObject) content.getValue();
            assertThat(form.getJsonObject("examples")).as(name).isNotEmpty();
            assertThat(form.getJsonObject("schema")).as(name).isNotEmpty();
        }
    }

    private JsonObject resolved(JsonObject value) {
        return value.containsKey("$ref") ? (JsonObject) target(value.getString("$ref")) : value;
    }

    private Object target(String reference) {
        Object value = document;
        for (String name : reference.substring(2).split("/")) {
            value = value instanceof JsonObject object ? object.getValue(name) : null;
        }
        return value;
    }

    private static void collect(Object value, List<String> references) {
        switch (value) {
            case JsonObject object ->
                object.forEach(field -> {
                    if (field.getKey().equals("$ref")) {
                        references.add((String) field.getValue());
                    } else {
                        collect(field.getValue(), references);
                    }
                });
            case JsonArray array -> array.forEach(element -> collect(element, references));
            case null, default -> {}
        }
    }
}
