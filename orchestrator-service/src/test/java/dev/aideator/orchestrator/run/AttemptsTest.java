package dev.aideator.orchestrator.run;

import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import jakarta.inject.Inject;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

/** What a launcher tells of attempts, and what it is told. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@TestProfile(Room.Profile.class)
class AttemptsTest {

    private static final Ending DONE = new Ending(Outcome.COMPLETED, "done", "Done.");

    @Inject
    Runs runs;

    @Inject
    Attempts attempts;

    @Inject
    Outbox outbox;

    @AfterEach
    void leave_nothing_in_the_queue() {
        runs.live().forEach(runs::cancel);
        attempts.live().keySet().forEach(attempt -> attempts.end(attempt, DONE, 0, true));
        attempts.withWorkspace(Duration.ZERO).forEach(attempts::workspaceGone);
    }

    private AttemptRef claimed() {
        runs.start(RunScript.of(1, "say x"), Optional.empty());
        return attempts.claim(new Capacity.Unbounded()).getFirst();
    }

    private Payload lastTold(AttemptRef attempt) {
        return EventJson.decode(outbox.events(attempt.run(), 0, 1000).getLast().json())
                .payload();
    }

    @Test
    void the_first_job_that_was_made_is_the_attempts() {
        AttemptRef attempt = claimed();
        assertThat(attempts.assignment(attempt).orElseThrow().jobUid()).isEmpty();
        assertThat(attempts.assignment(attempt).orElseThrow().seen()).isFalse();
        attempts.recordJob(attempt, "uid-1");
        attempts.recordJob(attempt, "uid-2");
        assertThat(attempts.assignment(attempt).orElseThrow().jobUid()).contains("uid-1");
        // Where that Job is gone it was lost; nobody makes it a second time.
        assertThat(attempts.assignment(attempt).orElseThrow().seen()).isTrue();
    }

    @Test
    void says_of_each_attempt_whether_it_lives() {
        AttemptRef live = claimed();
        AttemptRef ended = claimed();
        attempts.end(ended, DONE, 0, true);
        AttemptRef never = new AttemptRef(live.variation(), 2);
        AttemptRef stranger = new AttemptRef(new VariationRef(new RunId(UUID.randomUUID()), 0), 1);
        Map<AttemptRef, JobStanding> standings = attempts.lookUp(List.of(live, ended, never, stranger));
        assertThat(standings)
                .hasSize(4)
                .containsEntry(live, new JobStanding.Live())
                .containsEntry(never, new JobStanding.Unknown())
                .containsEntry(stranger, new JobStanding.Unknown());
        assertThat(standings.get(ended))
                .isEqualTo(new JobStanding.Ended(
                        runs.find(ended.run()).variations().getFirst().endedAt()));
        assertThat(attempts.lookUp(List.of())).isEmpty();
    }

    @Test
    void the_api_and_the_stream_say_what_keeps_an_attempt_from_running() {
        AttemptRef attempt = claimed();
        String variation = "/api/v1/runs/" + attempt.run() + "/variations/0";
        attempts.observeWaiting(attempt, new Waiting(true, "suspended", "Its queue is full."));
        int told = outbox.events(attempt.run(), 0, 1000).size();
        attempts.observeWaiting(attempt, new Waiting(true, "suspended", "Its queue is full."));
        assertThat(outbox.events(attempt.run(), 0, 1000)).hasSize(told);
        assertThat(lastTold(attempt))
                .isEqualTo(new Payload.Status(0, 1L, "queued", null, "suspended", "Its queue is full."));
        given().get(variation)
                .then()
                .body("state", equalTo("queued"))
                .body("outcome", nullValue())
                .body("reason", equalTo("suspended"))
                .body("detail", equalTo("Its queue is full."));

        attempts.observeWaiting(attempt, new Waiting(false, "unschedulable", "No node has room."));
        given().get("/api/v1/runs/" + attempt.run() + "/status")
                .then()
                .body("variations[0].state", equalTo("starting"))
                .body("variations[0].reason", equalTo("unschedulable"))
                .body("variations[0].detail", equalTo("No node has room."));

        attempts.observeRunning(attempt);
        assertThat(lastTold(attempt)).isEqualTo(new Payload.Status(0, 1L, "running", null, null, null));
        given().get(variation)
                .then()
                .body("state", equalTo("running"))
                .body("reason", nullValue())
                .body("detail", nullValue());
        attempts.observeWaiting(attempt, new Waiting(false, "unschedulable", "Too late."));
        given().get(variation).then().body("state", equalTo("running"));
    }
}
