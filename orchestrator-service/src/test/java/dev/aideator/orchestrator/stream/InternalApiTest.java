package dev.aideator.orchestrator.stream;

import dev.aideator.events.EventJson;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.Runs;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

/** The drain comes last: nothing runs after it. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@TestProfile(InternalApiTest.WithToken.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InternalApiTest {

    public static class WithToken implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("AIDEATOR_INTERNAL_TOKEN", "sesame");
        }
    }

    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    Runs runs;

    private static RequestSpecification asService() {
        return given().header("Authorization", "Bearer sesame");
    }

    private RunId start(int variations, String... script) {
        return runs.start(RunScript.of(variations, script), Optional.empty())
                .run()
                .id();
    }

    private RunId ended(String... script) {
        RunId run = start(1, script);
        await().atMost(SOON).until(() -> runs.find(run).state().isFinal());
        return run;
    }

    private static List<String> events(RunId run, String producer, String query) {
        String body = asService()
                .get("/internal/v1/runs/" + run + "/events/" + producer + query)
                .then()
                .statusCode(200)
                .contentType("application/x-ndjson")
                .extract()
                .asString();
        return body.lines().toList();
    }

    @Test
    @Order(1)
    void tells_what_an_ended_run_consists_of() {
        RunId run = ended("say one", "say two");
        int last = events(run, "run", "").size();
        asService()
                .get("/internal/v1/runs/" + run)
                .then()
                .statusCode(200)
                .body("run_id", equalTo(run.toString()))
                .body("state", equalTo("completed"))
                .body("ended", equalTo(true))
                .body("producers.producer", contains("0", "run"))
                .body("producers[0].archived", equalTo("1-3"))
                .body("producers[0].attempts[0].epoch", equalTo(1))
                .body("producers[0].attempts[0].last_seq", equalTo(3))
                .body("producers[1].archived", equalTo("1-" + last))
                .body("producers[1].attempts[0].last_seq", nullValue())
                .body("last_run_complete", equalTo("1-" + last));
    }

    @Test
    @Order(2)
    void gives_events_behind_a_position() {
        RunId run = ended("say one", "say two");
        assertThat(events(run, "0", "").stream()
                        .map(line -> EventJson.decode(line).payload().type()))
                .containsExactly("agent_output", "agent_output", "agent_complete");
        assertThat(events(run, "0", "?after=1-1&limit=1"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains("two"));
        assertThat(events(run, "0", "?after=1-3")).isEmpty();
        assertThat(events(run, "run", "?after=1-2"))
                .hasSameSizeAs(
                        events(run, "run", "").subList(2, events(run, "run", "").size()));
    }

    @Test
    @Order(3)
    void says_what_it_does_not_know() {
        RunId run = ended("say one");
        for (String path : List.of("runs/" + UUID.randomUUID(), "runs/load-test", "runs/" + run + "/events/7")) {
            asService()
                    .get("/internal/v1/" + path)
                    .then()
                    .statusCode(404)
                    .contentType("application/problem+json")
                    .body("status", equalTo(404));
        }
        asService().get("/internal/v1/runs/" + run + "/events/0?after=x").then().statusCode(400);
    }

    @Test
    @Order(4)
    void is_closed_to_strangers() {
        given().get("/internal/v1/runs/" + UUID.randomUUID())
                .then()
                .statusCode(401)
                .contentType("application/problem+json");
        given().header("Authorization", "Bearer wrong")
                .post("/internal/v1/drain")
                .then()
                .statusCode(401);
    }

    @Test
    @Order(5)
    void a_drain_ends_all_and_takes_nothing_new() {
        RunId working = start(2, "say x", "await /nowhere/at/all");
        RunId stubborn = start(1, "deaf", "await /nowhere/at/all");
        // One of its variations may have the last free slot.
        RunId waiting = start(3, "say x", "await /nowhere/at/all");
        await().atMost(SOON).until(() -> runs.find(stubborn).startedAt() != null);
        asService().post("/internal/v1/drain").then().statusCode(200).body("ended", equalTo(3));
        for (RunId run : List.of(working, stubborn, waiting)) {
            assertThat(runs.find(run).state().wireName()).isEqualTo("cancelled");
        }
        assertThat(runs.find(working).variations().getFirst().reason()).isEqualTo("shut_down");
        assertThat(ProcessHandle.current().descendants().map(ProcessHandle::info))
                .noneMatch(process -> process.commandLine().orElse("").contains("FakeRunner"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> start(1, "say x"))
                .hasMessageContaining("shutting down");
    }
}
