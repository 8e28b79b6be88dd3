package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.edge.FakeGateway;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

/** The API as a client uses it, from a run's start to its pick. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@QuarkusTestResource(FakeGateway.class)
class RunApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?Z";

    @TempDir
    Path files;

    @Test
    void a_run_is_taken_and_says_where_to_watch_it() {
        Response accepted = post(run("say hello").put("base_ref", "main"));
        String id = accepted.then()
                .statusCode(202)
                .body("state", equalTo("queued"))
                .body("variations", equalTo(1))
                .extract()
                .path("run_id");
        accepted.then()
                .header("Location", containsString("/api/v1/runs/" + id))
                .body("stream_url", equalTo("/api/v1/runs/" + id + "/stream/redis"))
                .body("logs_stream_url", equalTo("/api/v1/runs/" + id + "/stream"));
        get(id).statusCode(200)
                .body("run_id", equalTo(id))
                .body("github_url", equalTo("https://github.com/owner/name"))
                .body("base_ref", equalTo("main"))
                .body("prompt", equalTo("say hello"))
                .body("variations", hasSize(1))
                .body("variations[0].variation_id", equalTo(0))
                .body("variations[0].agent", equalTo("survey"))
                .body("variations[0].model", nullValue())
                .body("variations[0].parameters", equalTo(Map.of()))
                .body("variations[0].usage.cost_source", equalTo("unknown"))
                .body("pick", nullValue())
                .body("picks", hasSize(0))
                .body("created_at", matchesPattern(TIME))
                .body("stream_url", equalTo("/api/v1/runs/" + id + "/stream/redis"));
    }

    @Test
    void a_run_that_does_not_say_has_three_variations() {
        JsonObject request = run("say hello");
        request.remove("variations");
        String id = accepted(request);
        get(id).body("variations", hasSize(3));
        given().delete("/api/v1/runs/" + id).then().statusCode(not(equalTo(404)));
    }

    @Test
    void variations_can_differ() {
        JsonObject request = run("say hello")
                .put("variations", 2)
                .put("agent_config", new JsonObject().put("temperature", 0.5))
                .put(
                        "agents",
                        new JsonArray()
                                .add(new JsonObject().put("agent", "survey"))
                                .add(new JsonObject()
                                        .put("agent", "echo-bot")
                                        .put("model", "some/model:1")
                                        .put(
                                                "parameters",
                                                new JsonObject()
                                                        .put("temperature", 2)
                                                        .put("max_tokens", 9))));
        String id = accepted(request);
        get(id).body("variations.agent", equalTo(List.of("survey", "echo-bot")))
                .body("variations[0].parameters", equalTo(Map.of("temperature", 0.5f)))
                .body("variations[1].model", equalTo("some/model:1"))
                .body("variations[1].parameters.temperature", equalTo(2.0f))
                .body("variations[1].parameters.max_tokens", equalTo(9));
        given().delete("/api/v1/runs/" + id);
    }

    @Test
    void a_completed_run_can_be_read_and_picked_and_picked_again() {
        String id = accepted(run("say Hello, \nsay <b>world</b> 😀\nusage").put("variations", 2));
        awaitEnd(id);
        String path = "/api/v1/runs/" + id;

        get(id).body("state", equalTo("completed"))
                .body("variations.state", equalTo(List.of("ended", "ended")))
                .body("variations.has_result", equalTo(List.of(true, true)))
                .body("variations[0].outcome", equalTo("completed"))
                .body("variations[0].attempt", equalTo(1))
                .body("variations[0].usage.input_tokens", equalTo(10))
                .body("variations[0].usage.cost_usd", equalTo(0.25f))
                .body("ended_at", matchesPattern(TIME));
        given().get(path + "/status")
                .then()
                .statusCode(200)
                .body("ended", equalTo(true))
                .body("state", equalTo("completed"))
                .body("variations.outcome", equalTo(List.of("completed", "completed")));
        given().get(path + "/variations/1")
                .then()
                .statusCode(200)
                .body("variation_id", equalTo(1))
                .body("final_text", containsString("<b>world</b> 😀"))
                .body("final_text_truncated", equalTo(false));
        Response output = given().get(path + "/variations/1/output");
        output.then().statusCode(200).contentType("text/plain").header("X-Content-Type-Options", "nosniff");
        assertThat(new String(output.asByteArray(), UTF_8)).contains("Hello, ").contains("<b>world</b> 😀");

        select(id, "{\"variation_id\": 0, \"reason\": \"<i>short</i>\u0000\"}")
                .statusCode(200)
                .body("pick.variation_id", equalTo(0))
                .body("pick.attempt", equalTo(1))
                .body("pick.picked_at", matchesPattern(TIME));
        select(id, "{\"variation_id\": \"1\"}").statusCode(200).body("pick.variation_id", equalTo(1));
        get(id).body("pick.variation_id", equalTo(1))
                .body("pick.reason", nullValue())
                .body("picks.variation_id", equalTo(List.of(0, 1)));
        isProblem(select(id, "{\"variation_id\": 2}"), 404, "variation-not-found")
                .body("detail", containsString("has no variation 2"));
        isProblem(given().get(path + "/variations/2").then(), 404, "variation-not-found");
        isProblem(given().get(path + "/variations/x").then(), 404, "variation-not-found");
        isProblem(given().get(path + "/variations/-1").then(), 404, "variation-not-found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"variation_id\": null}",
                "{\"variation_id\": -1}",
                "{\"variation_id\": 0.5}",
                "{\"variation_id\": \"first\"}",
                "{\"variation_id\": \"00\"}",
                "{\"variation_id\": [0]}",
                "{\"variation_id\": 99999999999}"
            })
    void a_pick_that_cannot_be_is_refused(String body) {
        int status = body.contains("-1") ? 404 : 400;
        ValidatableResponse answer = select(accepted(run("say hello")), body).statusCode(status);
        answer.contentType("application/problem+json").body("detail", containsString("."));
    }

    @Test
    void a_reason_may_not_be_a_novel() {
        String id = accepted(run("say hello"));
        JsonObject pick = new JsonObject().put("variation_id", 0).put("reason", "x".repeat(2001));
        isProblem(select(id, pick.encode()), 400, "reason-too-long").body("detail", containsString("2001"));
    }

    @Test
    void what_has_no_result_yet_cannot_be_picked_or_read() throws Exception {
        Path go = files.resolve("go");
        String id = accepted(run("await " + go + "\nsay done"));
        isProblem(select(id, "{\"variation_id\": 0}"), 409, "no-result");
        isProblem(given().get("/api/v1/runs/" + id + "/variations/0/output").then(), 409, "no-result");
        given().get("/api/v1/runs/" + id + "/variations/0")
                .then()
                .statusCode(200)
                .body("final_text", nullValue())
                .body("has_result", equalTo(false));
        Files.createFile(go);
        awaitEnd(id);
        select(id, "{\"variation_id\": 0}").statusCode(200);
    }

    @Test
    void one_variation_is_cancelled_and_the_others_go_on() throws Exception {
        Path go = files.resolve("go");
        String id = accepted(run("say begun\nawait " + go).put("variations", 2));
        awaitOutput(id, 0);
        given().delete("/api/v1/runs/" + id + "/variations/0")
                .then()
                .statusCode(202)
                .body("state", equalTo("cancelling"));
        await().atMost(PATIENCE)
                .until(() -> "cancelled"
                        .equals(given().get("/api/v1/runs/" + id + "/variations/0")
                                .jsonPath()
                                .getString("outcome")));
        get(id).body("state", equalTo("running")).body("variations[1].state", not(equalTo("ended")));
        given().delete("/api/v1/runs/" + id + "/variations/0").then().statusCode(200);
        Files.createFile(go);
        awaitEnd(id);
        get(id).body("variations.outcome", equalTo(List.of("cancelled", "completed")));
    }

    @Test
    void a_cancelled_run_stays_and_what_it_had_can_be_picked() {
        String id = accepted(run("say begun\nawait " + files.resolve("never")));
        awaitOutput(id, 0);
        given().delete("/api/v1/runs/" + id).then().statusCode(202).body("run_id", equalTo(id));
        awaitEnd(id);
        get(id).body("state", equalTo("cancelled")).body("variations[0].outcome", equalTo("cancelled"));
        given().delete("/api/v1/runs/" + id).then().statusCode(200).body("state", equalTo("cancelled"));
        select(id, "{\"variation_id\": 0}").statusCode(200).body("pick.variation_id", equalTo(0));
    }

    @Test
    void the_same_key_gives_the_same_run_also_a_hundred_times_at_once() throws Exception {
        String key = "key " + UUID.randomUUID();
        String body = run("say hello").encode();
        Callable<Response> post = () -> given().header("Idempotency-Key", key)
                .contentType("application/json")
                .body(body)
                .post("/api/v1/runs");
        try (ExecutorService clients = Executors.newFixedThreadPool(100)) {
            List<Future<Response>> answers = clients.invokeAll(
                    IntStream.range(0, 100).mapToObj(i -> post).toList());
            for (Future<Response> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(202);
            }
            assertThat(answers.stream()
                            .map(answer -> answer.resultNow().jsonPath().getString("run_id")))
                    .hasSize(100)
                    .containsOnly(post.call().jsonPath().getString("run_id"));
        }
    }

    @Test
    void the_same_key_with_another_request_is_refused() {
        String key = UUID.randomUUID().toString();
        given().header("Idempotency-Key", key)
                .contentType("application/json")
                .body(run("say one").encode())
                .post("/api/v1/runs")
                .then()
                .statusCode(202);
        isProblem(
                        given().header("Idempotency-Key", key)
                                .contentType("application/json")
                                .body(run("say two").encode())
                                .post("/api/v1/runs")
                                .then(),
                        422,
                        "idempotency-key-reused")
                .body("detail", containsString(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script><img src=x onerror=alert(1)>",
                "\u001b[2J\u0007\b\u007f\u0085 line\r\n\ttab \u2028\u2029 \u202eright to left",
                "👩‍👩‍👧‍👦 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \uFEFF\uFFFE\uFFFF ﷽ Z̸a̷l̶g̵o̴",
                "'; drop table runs; -- $(id) `id` %s %n {} ${jndi:ldap://x}",
                "\\u0000 \\\\ \" ' \\n"
            })
    void a_hostile_prompt_is_text(String prompt) {
        String id = accepted(run(prompt));
        get(id).body("prompt", equalTo(prompt));
        given().get("/api/v1/runs?size=100").then().body("runs.prompt", hasItem(prompt));
        given().delete("/api/v1/runs/" + id);
    }

    @Test
    void what_no_database_can_keep_is_shown_as_such() {
        String body = run("?").encode().replace("\"?\"", "\"nul \\u0000, half \\ud83d, other half \\ude00.\"");
        String id = given().contentType("application/json")
                .body(body)
                .post("/api/v1/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
        get(id).body("prompt", equalTo("nul \uFFFD, half \uFFFD, other half \uFFFD."));
        given().delete("/api/v1/runs/" + id);
    }

    @Test
    void bytes_that_are_no_text_cost_nobody_their_prompt() {
        // A sequence of five bytes, which UTF-8 once had, a lone continuation, and an overlong slash.
        byte[] body = run("five ? one ? overlong ?")
                .encode()
                .replaceFirst("\\?", "\u00f8\u0088\u0080\u0080\u0080")
                .replaceFirst("\\?", "\u0080")
                .replaceFirst("\\?", "\u00c0\u00af")
                .getBytes(ISO_8859_1);
        String id = given().contentType("application/json")
                .body(body)
                .post("/api/v1/runs")
                .then()
                .statusCode(202)
                .extract()
                .path("run_id");
        JsonPath run = get(id).extract().jsonPath();
        assertThat(run.getString("prompt")).matches("five \uFFFD+ one \uFFFD overlong \uFFFD+");
        given().delete("/api/v1/runs/" + id);
    }

    @Test
    void the_longest_prompt_is_taken_whole_and_cut_in_the_list() {
        String prompt = "ä".repeat(50_000);
        String id = accepted(run(prompt));
        get(id).body("prompt", equalTo(prompt)).body("prompt_truncated", nullValue());
        given().get("/api/v1/runs?size=100")
                .then()
                .body("runs.find { it.run_id == '" + id + "' }.prompt", equalTo("ä".repeat(200)))
                .body("runs.find { it.run_id == '" + id + "' }.prompt_truncated", equalTo(true))
                .body("runs.find { it.run_id == '" + id + "' }.variations[0].usage", nullValue());
        given().delete("/api/v1/runs/" + id);
    }

    @Test
    void runs_are_listed_newest_first_by_page_and_state() {
        String first = accepted(run("say 1"));
        String second = accepted(run("say 2"));
        awaitEnd(first);
        awaitEnd(second);
        JsonPath list = given().get("/api/v1/runs?state=completed&size=100")
                .then()
                .statusCode(200)
                .body("page", equalTo(0))
                .body("size", equalTo(100))
                .body("total", notNullValue())
                .extract()
                .jsonPath();
        List<String> ids = list.getList("runs.run_id");
        assertThat(ids.indexOf(second)).isNotNegative().isLessThan(ids.indexOf(first));
        assertThat(list.<String>getList("runs.state")).containsOnly("completed");
        given().get("/api/v1/runs?page=1000").then().statusCode(200).body("runs", hasSize(0));
        given().get("/api/v1/runs?size=1").then().body("runs", hasSize(1));
    }

    private static JsonObject run(String prompt) {
        return new JsonObject()
                .put("github_url", " https://github.com/owner/name ")
                .put("prompt", prompt)
                .put("variations", 1);
    }

    private static Response post(JsonObject run) {
        return given().contentType("application/json").body(run.encode()).post("/api/v1/runs");
    }

    private static String accepted(JsonObject run) {
        return post(run).then().statusCode(202).extract().path("run_id");
    }

    private static ValidatableResponse get(String run) {
        return given().get("/api/v1/runs/" + run).then();
    }

    private static ValidatableResponse select(String run, String body) {
        return given().contentType("application/json")
                .body(body.replace("\0", "\\u0000"))
                .post("/api/v1/runs/" + run + "/select")
                .then();
    }

    private static void awaitEnd(String run) {
        await().atMost(PATIENCE)
                .until(() -> given().get("/api/v1/runs/" + run + "/status")
                        .jsonPath()
                        .getBoolean("ended"));
    }

    private static void awaitOutput(String run, int variation) {
        String output = "/api/v1/runs/" + run + "/variations/" + variation + "/output";
        await().atMost(PATIENCE).until(() -> given().get(output).statusCode() == 200);
    }

    private static ValidatableResponse isProblem(ValidatableResponse response, int status, String slug) {
        return response.statusCode(status)
                .contentType("application/problem+json")
                .body("type", equalTo("https://aideator.dev/problems/" + slug))
                .body("status", equalTo(status));
    }
}
