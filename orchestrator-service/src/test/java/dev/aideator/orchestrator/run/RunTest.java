package dev.aideator.orchestrator.run;

import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RunTest {

    private static final Instant NOW = Instant.parse("2026-01-10T10:30:00Z");
    private static final AgentChoice AGENT = new AgentChoice("survey", null, null, null);

    private final Run run = Run.queued(new RunId(UUID.randomUUID()), request(3), NOW);

    private static NewRun request(int variations) {
        return new NewRun(
                "https://example.org/a/b",
                "Do it",
                null,
                null,
                IntStream.range(0, variations).mapToObj(i -> AGENT).toList());
    }

    private Attempt started(int variation) {
        return run.start(run.variations.get(variation), NOW);
    }

    private void end(Attempt attempt, Outcome outcome, long lastSeq) {
        run.end(attempt, new Ending(outcome, "code", "Sentence."), lastSeq, true, NOW);
    }

    private List<Payload> told() {
        return run.events.stream()
                .map(event -> EventJson.decode(event.json).payload())
                .toList();
    }

    private RunState endOf(Outcome... outcomes) {
        for (int i = 0; i < outcomes.length; i++) {
            end(started(i), outcomes[i], 1);
        }
        return run.state;
    }

    @Test
    void begins_in_the_queue_with_all_its_variations() {
        assertThat(run.state).isEqualTo(RunState.QUEUED);
        assertThat(run.variations).hasSize(3).allMatch(variation -> variation.state == VariationState.QUEUED);
        assertThat(told()).first().isEqualTo(new Payload.Status(null, null, "queued", null, null, null));
    }

    @Test
    void runs_from_its_first_attempt_on() {
        Attempt attempt = started(1);
        assertThat(attempt.epoch).isEqualTo(1);
        assertThat(run.state).isEqualTo(RunState.RUNNING);
        assertThat(run.variations.get(1).state).isEqualTo(VariationState.STARTING);
        assertThat(told()).last().isEqualTo(new Payload.Status(1, 1L, "starting", null, null, null));
    }

    @Test
    void tells_once_that_an_agent_showed_itself() {
        Attempt attempt = started(0);
        run.observeRunning(attempt, NOW);
        int told = told().size();
        run.observeRunning(attempt, NOW);
        assertThat(told()).hasSize(told).last().isEqualTo(new Payload.Status(0, 1L, "running", null, null, null));
    }

    @Test
    void goes_on_while_one_variation_does() {
        end(started(0), Outcome.COMPLETED, 5);
        end(started(1), Outcome.FAILED, 5);
        assertThat(run.state).isEqualTo(RunState.RUNNING);
        assertThat(run.lastCompleteSeq).isNull();
    }

    @Test
    void is_completed_when_one_variation_is() {
        assertThat(endOf(Outcome.FAILED, Outcome.COMPLETED, Outcome.CANCELLED)).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void is_failed_when_all_variations_are() {
        assertThat(endOf(Outcome.FAILED, Outcome.AGENT_CRASHED, Outcome.TIMED_OUT))
                .isEqualTo(RunState.FAILED);
    }

    @Test
    void is_failed_when_some_failed_and_the_user_cancelled_the_others_one_by_one() {
        assertThat(endOf(Outcome.FAILED, Outcome.CANCELLED, Outcome.CANCELLED)).isEqualTo(RunState.FAILED);
    }

    @Test
    void is_cancelled_when_the_user_cancelled_all_variations_one_by_one() {
        run.variations.forEach(variation -> run.cancel(variation, CancelReason.USER, NOW));
        assertThat(run.state).isEqualTo(RunState.CANCELLED);
        assertThat(run.endedAt).isEqualTo(NOW);
    }

    @Test
    void is_cancelled_when_the_user_cancelled_it_after_one_had_failed() {
        end(started(0), Outcome.FAILED, 1);
        Attempt working = started(1);
        run.cancel(CancelReason.USER, NOW);
        assertThat(run.variations.get(1).state).isEqualTo(VariationState.CANCELLING);
        assertThat(run.variations.get(2).outcome).isEqualTo(Outcome.CANCELLED);
        assertThat(run.state).isEqualTo(RunState.RUNNING);
        end(working, Outcome.CANCELLED, 1);
        assertThat(run.state).isEqualTo(RunState.CANCELLED);
    }

    @Test
    void is_failed_when_a_cancel_came_too_late_for_all_its_variations() {
        Attempt first = started(0);
        Attempt second = started(1);
        Attempt third = started(2);
        run.cancel(CancelReason.USER, NOW);
        List.of(first, second, third).forEach(attempt -> end(attempt, Outcome.FAILED, 1));
        assertThat(run.state).isEqualTo(RunState.FAILED);
    }

    @Test
    void stays_as_it_ended_when_it_is_cancelled_afterwards() {
        endOf(Outcome.COMPLETED, Outcome.COMPLETED, Outcome.COMPLETED);
        int told = told().size();
        run.cancel(CancelReason.USER, NOW);
        assertThat(run.state).isEqualTo(RunState.COMPLETED);
        assertThat(told()).hasSize(told);
    }

    @Test
    void tells_at_its_end_every_producers_last_event() {
        end(started(0), Outcome.COMPLETED, 42);
        end(started(2), Outcome.START_FAILED, 0);
        end(started(1), Outcome.FAILED, 7);
        Payload.RunComplete last = (Payload.RunComplete) told().getLast();
        assertThat(last.state()).isEqualTo("completed");
        assertThat(last.position()).hasToString("0:1-42,1:1-7,run:1-" + run.lastEventSeq);
        assertThat(run.lastCompleteSeq).isEqualTo(run.lastEventSeq);
    }

    @Test
    void numbers_its_events_from_one_without_a_hole() {
        endOf(Outcome.COMPLETED, Outcome.COMPLETED, Outcome.COMPLETED);
        assertThat(run.events.stream().map(event -> event.seq))
                .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(1, run.lastEventSeq)
                        .boxed()
                        .toList());
    }

    @Test
    void tries_again_twice_when_an_attempt_was_lost() {
        Attempt first = started(0);
        run.observeRunning(first, NOW);
        end(first, Outcome.LOST, 9);
        Variation variation = run.variations.get(0);
        assertThat(variation.state).isEqualTo(VariationState.RUNNING);
        assertThat(variation.attempts.getLast().epoch).isEqualTo(2);
        end(variation.attempts.getLast(), Outcome.EVICTED, 3);
        end(variation.attempts.getLast(), Outcome.LOST, 0);
        assertThat(variation.attempts).hasSize(3);
        assertThat(variation.state).isEqualTo(VariationState.ENDED);
        assertThat(variation.outcome).isEqualTo(Outcome.LOST);
        assertThat(variation.lastEvent().orElseThrow()).hasToString("2-3");
    }

    @Test
    void tells_once_what_keeps_an_attempt_from_running() {
        Attempt attempt = started(0);
        Waiting unschedulable = new Waiting(false, "unschedulable", "No node has room.");
        run.observeWaiting(attempt, unschedulable, NOW);
        int told = told().size();
        run.observeWaiting(attempt, new Waiting(false, "unschedulable", "No node has room."), NOW);
        assertThat(told())
                .hasSize(told)
                .last()
                .isEqualTo(new Payload.Status(0, 1L, "starting", null, "unschedulable", "No node has room."));
        run.observeRunning(attempt, NOW);
        assertThat(told()).last().isEqualTo(new Payload.Status(0, 1L, "running", null, null, null));
        assertThat(run.variations.get(0).waiting).isNull();
    }

    @Test
    void is_in_the_queue_for_viewers_while_another_queue_has_it() {
        Attempt attempt = started(0);
        run.observeWaiting(attempt, new Waiting(true, "suspended", "Its queue is full."), NOW);
        assertThat(run.variations.get(0).shown()).isEqualTo(VariationState.QUEUED);
        assertThat(told())
                .last()
                .isEqualTo(new Payload.Status(0, 1L, "queued", null, "suspended", "Its queue is full."));
        run.observeRunning(attempt, NOW);
        assertThat(run.variations.get(0).shown()).isEqualTo(VariationState.RUNNING);
    }

    @Test
    void tells_of_the_next_attempt_that_waits_and_runs_in_its_turn() {
        Attempt first = started(0);
        run.observeRunning(first, NOW);
        end(first, Outcome.LOST, 9);
        Attempt second = run.variations.get(0).attempts.getLast();
        run.observeWaiting(second, new Waiting(false, "unschedulable", "No node has room."), NOW);
        assertThat(run.variations.get(0).shown()).isEqualTo(VariationState.STARTING);
        run.observeRunning(second, NOW);
        assertThat(told()).last().isEqualTo(new Payload.Status(0, 2L, "running", null, null, null));
    }

    @Test
    void waits_for_nothing_once_it_is_being_cancelled() {
        Attempt attempt = started(0);
        run.observeWaiting(attempt, new Waiting(true, "suspended", "Its queue is full."), NOW);
        run.cancel(run.variations.get(0), CancelReason.USER, NOW);
        run.observeWaiting(attempt, new Waiting(true, "suspended", "Its queue is full."), NOW);
        assertThat(run.variations.get(0).shown()).isEqualTo(VariationState.CANCELLING);
    }

    @Test
    void ends_before_it_began_when_there_is_never_room() {
        Ending tooLarge = new Ending(Outcome.QUOTA_EXCEEDED, "quota_exceeded", "Too many.");
        run.variations.forEach(variation -> run.giveUp(variation, tooLarge, NOW));
        assertThat(run.state).isEqualTo(RunState.FAILED);
        assertThat(run.variations).allMatch(variation -> variation.outcome == Outcome.QUOTA_EXCEEDED);
        assertThat(told()).last().isInstanceOf(Payload.RunComplete.class);
    }

    @Test
    void goes_on_when_an_ended_variation_is_tried_again() {
        endOf(Outcome.COMPLETED, Outcome.FAILED, Outcome.CANCELLED);
        Variation again = run.variations.get(1);
        run.retry(again, NOW.plusSeconds(60));

        assertThat(run.state).isEqualTo(RunState.RUNNING);
        assertThat(run.endedAt).isNull();
        assertThat(run.lastCompleteSeq).isNull();
        assertThat(again.state).isEqualTo(VariationState.QUEUED);
        assertThat(again.outcome).isNull();
        assertThat(again.endedAt).isNull();
        assertThat(told())
                .endsWith(
                        new Payload.Status(null, null, "running", null, null, null),
                        new Payload.Status(1, 2L, "queued", null, null, null));

        Attempt second = run.start(again, NOW.plusSeconds(61));
        assertThat(second.epoch).isEqualTo(2);
        end(second, Outcome.COMPLETED, 4);
        assertThat(run.state).isEqualTo(RunState.COMPLETED);
        Payload.RunComplete last = (Payload.RunComplete) told().getLast();
        assertThat(last.position()).hasToString("0:1-1,1:2-4,2:1-1,run:1-" + run.lastEventSeq);
        assertThat(told().stream().filter(Payload.RunComplete.class::isInstance))
                .hasSize(2);
    }

    @Test
    void is_no_longer_cancelled_when_it_goes_on() {
        end(started(0), Outcome.FAILED, 1);
        run.cancel(CancelReason.USER, NOW);
        assertThat(run.state).isEqualTo(RunState.CANCELLED);
        run.retry(run.variations.get(1), NOW);
        end(started(1), Outcome.FAILED, 1);
        assertThat(run.state).isEqualTo(RunState.FAILED);
    }

    @Test
    void tries_again_by_itself_twice_after_each_retry() {
        for (int round = 1; round <= 2; round++) {
            started(0);
            for (int attempt = 1; attempt <= 3; attempt++) {
                end(run.variations.get(0).attempts.getLast(), Outcome.LOST, 0);
            }
            assertThat(run.variations.get(0).state).isEqualTo(VariationState.ENDED);
            assertThat(run.variations.get(0).attempts).hasSize(3 * round);
            run.retry(run.variations.get(0), NOW);
        }
    }

    @Test
    void keeps_what_an_attempt_left_until_the_next_has_ended_with_more() {
        Variation variation = run.variations.get(0);
        end(started(0), Outcome.COMPLETED, 3);
        variation.keepResult(1);
        run.retry(variation, NOW);
        run.start(variation, NOW);
        variation.keepResult(2);
        assertThat(variation.resultEpoch).isEqualTo(1);
        end(variation.attempts.getLast(), Outcome.FAILED, 1);
        variation.keepResult(2);
        assertThat(variation.resultEpoch).isEqualTo(2);
    }

    @Test
    void does_not_try_again_what_is_being_cancelled() {
        Attempt attempt = started(0);
        run.cancel(run.variations.get(0), CancelReason.USER, NOW);
        Optional<Attempt> next = run.end(attempt, new Ending(Outcome.LOST, "c", "S."), 0, true, NOW);
        assertThat(next).isEmpty();
        assertThat(run.variations.get(0).state).isEqualTo(VariationState.ENDED);
    }

    @Test
    void refuses_what_cannot_be() {
        Attempt attempt = started(0);
        assertThatThrownBy(() -> started(0)).isInstanceOf(IllegalStateException.class);
        end(attempt, Outcome.COMPLETED, 1);
        assertThatThrownBy(() -> end(attempt, Outcome.FAILED, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> RunState.COMPLETED.to(RunState.FAILED)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> run.retry(run.variations.get(1), NOW)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> RunState.QUEUED.to(RunState.COMPLETED)).isInstanceOf(IllegalStateException.class);
    }
}
