package dev.aideator.orchestrator.job;

import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload.AgentComplete;
import dev.aideator.orchestrator.run.CancelReason;
import dev.aideator.orchestrator.run.Ending;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VerdictTest {

    private static final Optional<AgentComplete> NO_WORD = Optional.empty();
    private static final Optional<FinalOutcome> NO_FILE = Optional.empty();
    private static final Optional<CancelReason> NOT_CANCELLED = Optional.empty();
    private static final Optional<Duration> IN_TIME = Optional.empty();

    private static Observation exit(int code) {
        return new Observation.Exited(OptionalInt.of(code));
    }

    private static Ending seen(Observation observation) {
        return new Verdict(NO_WORD, NO_FILE, NOT_CANCELLED, IN_TIME, observation).ending();
    }

    @Test
    void the_agents_own_last_word_counts_most() {
        Verdict verdict = new Verdict(
                Optional.of(new AgentComplete(Outcome.COMPLETED, "done", "Done.")),
                Optional.of(new FinalOutcome(Outcome.FAILED, "x", null, 1)),
                Optional.of(CancelReason.USER),
                Optional.of(Duration.ofMinutes(1)),
                exit(1));
        assertThat(verdict.ending()).isEqualTo(new Ending(Outcome.COMPLETED, "done", "Done."));
    }

    @Test
    void then_what_the_runner_left_behind() {
        FinalOutcome left = new FinalOutcome(Outcome.TIMED_OUT, "deadline", "Too long.", 1);
        assertThat(new Verdict(NO_WORD, Optional.of(left), Optional.of(CancelReason.USER), IN_TIME, exit(0)).ending())
                .isEqualTo(new Ending(Outcome.TIMED_OUT, "deadline", "Too long."));
    }

    @Test
    void who_cancelled_is_known_here_and_not_to_the_runner() {
        AgentComplete complete = new AgentComplete(Outcome.CANCELLED, "sigterm", null);
        Verdict verdict =
                new Verdict(Optional.of(complete), NO_FILE, Optional.of(CancelReason.SHUTDOWN), IN_TIME, exit(0));
        assertThat(verdict.ending()).isEqualTo(CancelReason.SHUTDOWN.ending());
    }

    @Test
    void a_runner_that_was_killed_for_its_deadline_timed_out() {
        assertThat(new Verdict(NO_WORD, NO_FILE, NOT_CANCELLED, Optional.of(Duration.ofMinutes(30)), exit(137))
                        .ending()
                        .outcome())
                .isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void a_runner_that_was_asked_to_end_for_its_deadline_was_not_cancelled() {
        AgentComplete complete = new AgentComplete(Outcome.CANCELLED, "sigterm", null);
        Optional<Duration> overdue = Optional.of(Duration.ofMinutes(30));
        assertThat(new Verdict(Optional.of(complete), NO_FILE, NOT_CANCELLED, overdue, exit(0))
                        .ending()
                        .outcome())
                .isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void a_clean_exit_without_a_word_is_no_success() {
        assertThat(seen(exit(0)).outcome()).isEqualTo(Outcome.AGENT_CRASHED);
        assertThat(seen(exit(0)).reason()).isEqualTo("exit_0");
        assertThat(seen(exit(137)).reason()).isEqualTo("signal_9");
        assertThat(seen(new Observation.Exited(OptionalInt.empty())).outcome()).isEqualTo(Outcome.AGENT_CRASHED);
    }

    @Test
    void what_nobody_is_to_blame_for_is_lost() {
        assertThat(seen(new Observation.GroundLost()).outcome()).isEqualTo(Outcome.LOST);
    }

    @Test
    void whoever_ran_it_knows_why_it_is_gone() {
        Ending evicted = new Ending(Outcome.EVICTED, "evicted", "The node had to send it away.");
        assertThat(seen(new Observation.Gone(evicted))).isEqualTo(evicted);
    }

    @Test
    void a_runner_that_others_end_does_not_know_why() {
        Ending evicted = new Ending(Outcome.EVICTED, "evicted", "The node had to send it away.");
        Optional<AgentComplete> complete = Optional.of(new AgentComplete(Outcome.CANCELLED, "cancelled", null));
        Observation observed = new Observation.Alive(Instant.EPOCH, Optional.of(evicted));
        assertThat(new Verdict(complete, NO_FILE, NOT_CANCELLED, IN_TIME, observed).ending())
                .isEqualTo(evicted);
        assertThat(new Verdict(complete, NO_FILE, Optional.of(CancelReason.USER), IN_TIME, observed).ending())
                .isEqualTo(CancelReason.USER.ending());
    }

    @Test
    void what_never_came_up_failed_to_start() {
        Ending ending = seen(new Observation.NeverCameUp("It ended at once.", "setsid: no such file"));
        assertThat(ending.outcome()).isEqualTo(Outcome.START_FAILED);
        assertThat(ending.detail()).isEqualTo("It ended at once. It said: setsid: no such file");
    }

    @Test
    void there_is_none_on_the_living() {
        assertThatThrownBy(() -> seen(new Observation.Alive(Instant.EPOCH))).isInstanceOf(IllegalStateException.class);
    }
}
