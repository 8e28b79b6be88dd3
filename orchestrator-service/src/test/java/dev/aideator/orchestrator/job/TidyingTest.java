package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TidyingTest {

    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final AttemptRef ATTEMPT = new AttemptRef(new VariationRef(new RunId(UUID.randomUUID()), 0), 1);

    private final List<AttemptRef> tidied = new ArrayList<>();
    private final List<AttemptRef> killed = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private List<AttemptRef> lingering = List.of(ATTEMPT);
    private Runnable meanwhile = () -> {};

    private final Tidying tidying = new Tidying(
            ago -> ago.isZero() ? List.of(ATTEMPT) : lingering,
            ended -> {
                tidied.add(ended);
                meanwhile.run();
            },
            killed::add,
            GRACE,
            () -> now);

    @Test
    void what_is_asked_for_during_a_pass_is_left_to_whoever_makes_it() {
        meanwhile = () -> {
            assertThat(tidying.pass()).isEqualTo(Tidying.Pass.UNDER_WAY);
            assertThat(tidying.pass()).isEqualTo(Tidying.Pass.UNDER_WAY);
            meanwhile = () -> {};
        };

        assertThat(tidying.pass()).isEqualTo(Tidying.Pass.DONE_AND_ASKED_FOR);
        assertThat(tidied).hasSize(1);

        assertThat(tidying.pass()).isEqualTo(Tidying.Pass.DONE);
        assertThat(tidied).hasSize(2);
    }

    @Test
    void a_pass_that_failed_does_not_keep_the_next_from_being_made() {
        meanwhile = () -> {
            meanwhile = () -> {};
            throw new IllegalStateException("The database is away");
        };
        assertThatThrownBy(tidying::pass).isInstanceOf(IllegalStateException.class);

        assertThat(tidying.pass()).isEqualTo(Tidying.Pass.DONE);

        assertThat(tidied).hasSize(2);
    }

    @Test
    void a_runner_that_lingers_is_killed_at_once_and_not_at_each_pass() {
        tidying.pass();
        tidying.pass();
        assertThat(killed).hasSize(1);

        now = now.plus(Tidying.BETWEEN_KILLS);
        tidying.pass();
        assertThat(killed).hasSize(2);
    }

    @Test
    void one_that_left_is_forgotten() {
        tidying.pass();
        lingering = List.of();
        tidying.pass();
        lingering = List.of(ATTEMPT);
        tidying.pass();

        assertThat(killed).hasSize(2);
    }
}
