package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.edge.FakeGateway;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Stream;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Bad input gets a clear problem. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class RefusedRunsTest {

    private static final String UNKNOWN = "0b8e4f6a-5d0c-4a53-9f3e-2f6f1f7f9b11";

    private static JsonObject good() {
        return new JsonObject()
                .put("github_url", "https://github.com/owner/name")
                .put("prompt", "What would you change?");
    }

    private static JsonObject with(String field, Object value) {
        return good().put(field, value);
    }

    private static JsonObject config(String field, Object value) {
        return with("agent_config", new JsonObject().put(field, value));
    }

    private static JsonObject agents(JsonObject... agents) {
        JsonArray list = new JsonArray();
        for (JsonObject agent : agents) {
            list.add(agent);
        }
        return with("agents", list);
    }

    private static JsonObject agent(String name) {
        return new JsonObject().put("agent", name);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments(with("variations", 0), "variations-out-of-range", "You asked for 0; MAX_VARIATIONS is 5."),
                arguments(with("variations", 6), "variations-out-of-range", "You asked for 6; MAX_VARIATIONS is 5."),
                arguments(with("variations", -1), "variations-out-of-range", "You asked for -1; MAX_VARIATIONS is 5."),
                arguments(with("variations", "x"), "invalid-field", "variations must be a whole number"),
                arguments(with("variations", "3"), "invalid-field", "variations must be a whole number"),
                arguments(with("variations", 2.5), "invalid-field", "variations must be a whole number; you sent 2.5"),
                arguments(with("variations", 99999999999L), "invalid-field", "variations must be a whole number"),
                arguments(with("variations", true), "invalid-field", "variations must be a whole number"),
                arguments(with("prompt", ""), "prompt-missing", "it is empty"),
                arguments(with("prompt", " \n\t "), "prompt-missing", "it is empty"),
                arguments(with("prompt", null), "prompt-missing", "Say in prompt"),
                arguments(with("prompt", 7), "invalid-field", "prompt must be a string"),
                arguments(with("prompt", "ä".repeat(50_001)), "prompt-too-long", "100002 bytes and may have 100000"),
                arguments(with("github_url", null), "repository-refused", "https://github.com/owner/name"),
                arguments(with("github_url", "  "), "repository-refused", "https://github.com/owner/name"),
                arguments(with("github_url", "ext::sh -c id"), "repository-refused", "no spaces"),
                arguments(with("github_url", "ext::sh"), "repository-refused", "Only https"),
                arguments(with("github_url", "file:///etc"), "repository-refused", "AIDEATOR_ALLOW_LOCAL_REPOS"),
                arguments(with("github_url", "/etc"), "repository-refused", "AIDEATOR_ALLOW_LOCAL_REPOS"),
                arguments(with("github_url", "ssh://git@github.com/a/b"), "repository-refused", "Only https"),
                arguments(with("github_url", "git@github.com:a/b"), "repository-refused", "https://github.com/"),
                arguments(
                        with("github_url", "--upload-pack=touch${IFS}x"), "repository-refused", "https://github.com/"),
                arguments(with("github_url", "https://me:secret@github.com/a/b"), "repository-refused", "GITHUB_TOKEN"),
                arguments(with("github_url", "http://github.com/a/b"), "repository-refused", "Only https"),
                arguments(with("github_url", "https://127.0.0.1/a/b"), "repository-refused", "not a public address"),
                arguments(with("github_url", "https://localhost/a/b"), "repository-refused", "not a public address"),
                arguments(
                        with("github_url", "https://10.0.0.1/a/b"),
                        "repository-refused",
                        "AIDEATOR_ALLOWED_REPO_HOSTS"),
                arguments(with("github_url", "https://169.254.169.254/latest"), "repository-refused", "not a public"),
                arguments(with("github_url", "https://2130706433/a/b"), "repository-refused", "not a public address"),
                arguments(with("base_ref", "--upload-pack=x"), "base-ref-invalid", "such as main"),
                arguments(with("base_ref", "a..b"), "base-ref-invalid", "a..b"),
                arguments(with("base_ref", "a b"), "base-ref-invalid", "a b"),
                arguments(with("base_ref", "x".repeat(256)), "base-ref-invalid", "at most 255"),
                arguments(with("base_ref", "main\u0000"), "base-ref-invalid", "such as main"),
                arguments(agents(agent("surway")), "unknown-agent", "No agent is called \"surway\"; here run survey"),
                arguments(agents(agent("codex")), "agent-unavailable", "AIDEATOR_COMMAND_AGENTS_CODEX_COMMAND"),
                arguments(
                        with("use_claude_code", true),
                        "agent-unavailable",
                        "AIDEATOR_COMMAND_AGENTS_CLAUDE_CODE_COMMAND"),
                arguments(with("use_claude_code", "yes"), "invalid-field", "use_claude_code must be true or false"),
                arguments(config("model", "gpt-4o"), "model-without-key", "OPENAI_API_KEY"),
                arguments(agents(agent("llm").put("model", "gpt-4o")), "model-without-key", "OPENAI_API_KEY"),
                arguments(agents(agent("llm")), "agent-unavailable", "OPENAI_API_KEY"),
                arguments(config("model", "no such model; rm"), "model-invalid", "a name such as gpt-4o-mini"),
                arguments(config("temperature", -0.1), "temperature-out-of-range", "agent_config.temperature is -0.1"),
                arguments(config("temperature", 2.1), "temperature-out-of-range", "from 0 to 2"),
                arguments(config("temperature", "hot"), "invalid-field", "agent_config.temperature must be a number"),
                arguments(config("max_tokens", 0), "max-tokens-out-of-range", "agent_config.max_tokens is 0"),
                arguments(config("max_tokens", 1.5), "invalid-field", "agent_config.max_tokens must be a whole number"),
                arguments(
                        agents(
                                agent("survey"),
                                agent("survey").put("parameters", new JsonObject().put("temperature", 9))),
                        "temperature-out-of-range",
                        "agents[1].parameters.temperature is 9.0"),
                arguments(agents(), "variations-out-of-range", "You asked for 0"),
                arguments(
                        agents(agent("survey"), agent("survey")).put("variations", 3), "variations-contradicted", "3 "),
                arguments(with("agents", "survey"), "invalid-field", "agents must be a list"),
                arguments(
                        with("agents", new JsonArray().add("survey")), "invalid-field", "agents[0] must be an object"),
                arguments(with("promt", "x"), "unknown-field", "There is no field promt"),
                arguments(config("temprature", 1), "unknown-field", "There is no field agent_config.temprature"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void a_run_that_cannot_be_is_refused_with_a_sentence_that_helps(JsonObject body, String slug, String sentence) {
        isProblem(post(body.encode()), 400, slug).body("detail", containsString(sentence));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                             | invalid-json | line 1",
                "{\"prompt\": \"a\", }         | invalid-json | line 1",
                "{\"prompt\": 'a'}             | invalid-json | line 1",
                "not json                      | invalid-json | line 1",
                "{\"prompt\":\"a\",\"prompt\":\"b\"} | invalid-json | Duplicate field 'prompt'",
                "[]                            | invalid-json | one JSON object",
                "\"text\"                      | invalid-json | one JSON object",
                "{} {}                         | invalid-json | one JSON object",
                "null                          | body-missing | github_url"
            })
    void a_body_that_is_no_json_object_is_refused(String body, String slug, String sentence) {
        isProblem(post(body), 400, slug).body("detail", containsString(sentence));
    }

    @Test
    void an_empty_body_is_refused() {
        isProblem(given().contentType("application/json").post("/api/v1/runs").then(), 400, "body-missing");
    }

    @Test
    void deep_nesting_is_refused() {
        String deep = "{\"agents\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}";
        post(deep).statusCode(400).contentType("application/problem+json");
    }

    @Test
    void a_prompt_of_a_megabyte_is_refused_before_it_is_read() {
        isProblem(post(with("prompt", "x".repeat(1_000_000)).encode()), 413, "body-too-large");
    }

    @Test
    void an_idempotency_key_must_be_one() {
        for (String key : new String[] {"x".repeat(256), "a\tb"}) {
            isProblem(
                            given().header("Idempotency-Key", key)
                                    .contentType("application/json")
                                    .body(good().encode())
                                    .post("/api/v1/runs")
                                    .then(),
                            400,
                            "idempotency-key-invalid")
                    .body("detail", containsString("1 to 255 printable"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1", "x", "0b8e4f6a-5d0c-4a53-9f3e", "0b8e4f6a5d0c4a539f3e2f6f1f7f9b11", "%00", "%3Cscript%3E"})
    void a_malformed_run_id_is_told(String id) {
        String path = "/api/v1/runs/" + id;
        isProblem(given().urlEncodingEnabled(false).get(path).then(), 400, "run-id-invalid")
                .body("detail", containsString("UUID"));
        isProblem(given().urlEncodingEnabled(false).get(path + "/status").then(), 400, "run-id-invalid");
        isProblem(given().urlEncodingEnabled(false).delete(path).then(), 400, "run-id-invalid");
        isProblem(given().urlEncodingEnabled(false).get(path + "/variations/0").then(), 400, "run-id-invalid");
    }

    @Test
    void an_unknown_run_is_told() {
        String path = "/api/v1/runs/" + UNKNOWN;
        for (ValidatableResponse response : new ValidatableResponse[] {
            given().get(path).then(),
            given().get(path + "/status").then(),
            given().delete(path).then(),
            given().get(path + "/variations/0").then(),
            given().get(path + "/variations/0/output").then(),
            given().delete(path + "/variations/0").then(),
            given().contentType("application/json")
                    .body("{\"variation_id\":0}")
                    .post(path + "/select")
                    .then()
        }) {
            isProblem(response, 404, "run-not-found").body("detail", containsString(UNKNOWN));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "size=0,size-out-of-range",
        "size=101,size-out-of-range",
        "size=x,size-out-of-range",
        "page=-1,page-out-of-range",
        "page=1.5,page-out-of-range",
        "page=99999999999,page-out-of-range",
        "state=done,state-invalid"
    })
    void a_list_that_cannot_be_is_refused(String query, String slug) {
        isProblem(given().get("/api/v1/runs?" + query).then(), 400, slug);
    }

    private static ValidatableResponse post(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/v1/runs")
                .then();
    }

    private static ValidatableResponse isProblem(ValidatableResponse response, int status, String slug) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("https://aideator.dev/problems/" + slug))
                .body("status", equalTo(status))
                .body("title", not(equalTo(null)));
    }
}
