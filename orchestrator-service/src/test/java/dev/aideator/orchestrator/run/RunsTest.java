package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;
import dev.aideator.orchestrator.run.RunRefused.KeyReused;
import dev.aideator.orchestrator.run.RunRefused.NoResultYet;
import dev.aideator.orchestrator.run.RunRefused.UnknownRun;
import dev.aideator.orchestrator.run.RunRefused.UnknownVariation;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class RunsTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String FOR_EVER = "await /nowhere/at/all";

    @Inject
    Runs runs;

    @Inject
    EntityManager database;

    private final String key = UUID.randomUUID().toString();

    @AfterEach
    void end_what_still_runs() {
        runs.live().forEach(runs::cancel);
        await().atMost(SOON).until(() -> runs.live().isEmpty());
    }

    private RunId start(String... script) {
        return runs.start(RunScript.of(2, script), Optional.empty()).run().id();
    }

    private RunView ended(RunId run) {
        return await().atMost(SOON)
                .until(() -> runs.find(run), view -> view.state().isFinal());
    }

    @Test
    void a_run_is_what_was_asked_for() {
        NewRun request = new NewRun(
                "https://github.com/a/b",
                "Do \uD83D\uDE80 <b>it</b>",
                "main",
                null,
                List.of(new AgentChoice("survey", null, null, null), new AgentChoice("survey", "m", 0.5, 10)));
        Started started = runs.start(request, Optional.empty());
        assertThat(started.created()).isTrue();
        RunView run = runs.find(started.run().id());
        assertThat(run.githubUrl()).isEqualTo(request.githubUrl());
        assertThat(run.prompt()).isEqualTo(request.prompt());
        assertThat(run.baseRef()).isEqualTo("main");
        assertThat(run.variations()).extracting(VariationView::agent).isEqualTo(request.agents());
    }

    @Test
    void the_same_key_gives_the_same_run() {
        NewRun request = RunScript.of(1, FOR_EVER);
        Started first = runs.start(request, Optional.of(key));
        Started second = runs.start(request, Optional.of(key));
        assertThat(first.created()).isTrue();
        assertThat(second.created()).isFalse();
        assertThat(second.run().id()).isEqualTo(first.run().id());
    }

    @Test
    void the_same_key_gives_the_same_run_a_hundred_times_at_once() throws Exception {
        NewRun request = RunScript.of(1, FOR_EVER);
        Callable<Started> post = () -> runs.start(request, Optional.of(key));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Started>> answers =
                    threads.invokeAll(Stream.generate(() -> post).limit(100).toList());
            assertThat(answers.stream()
                            .map(Future::resultNow)
                            .map(answer -> answer.run().id()))
                    .hasSize(100)
                    .containsOnly(answers.getFirst().get().run().id());
            assertThat(answers.stream().map(Future::resultNow).filter(Started::created))
                    .hasSize(1);
        }
    }

    @Test
    void the_same_key_with_another_request_is_refused() {
        runs.start(RunScript.of(1, FOR_EVER), Optional.of(key));
        assertThatThrownBy(() -> runs.start(RunScript.of(2, FOR_EVER), Optional.of(key)))
                .isInstanceOf(KeyReused.class);
    }

    @Test
    void a_key_is_forgotten_after_a_day() {
        NewRun request = RunScript.of(1, FOR_EVER);
        RunId first = runs.start(request, Optional.of(key)).run().id();
        QuarkusTransaction.requiringNew()
                .run(() -> database.createNativeQuery(
                                "update idempotency_keys set created_at = created_at - interval '25 hours' where key = :key")
                        .setParameter("key", key)
                        .executeUpdate());
        Started again = runs.start(request, Optional.of(key));
        assertThat(again.created()).isTrue();
        assertThat(again.run().id()).isNotEqualTo(first);
    }

    @Test
    void lists_the_newest_first_a_page_at_a_time() {
        List<RunId> started = Stream.generate(() -> start(FOR_EVER)).limit(3).toList();
        List<RunId> firstPage = runs.list(Optional.empty(), 0, 2).runs().stream()
                .map(RunView::id)
                .toList();
        List<RunId> secondPage = runs.list(Optional.empty(), 1, 2).runs().stream()
                .map(RunView::id)
                .toList();
        assertThat(firstPage).containsExactly(started.get(2), started.get(1));
        assertThat(secondPage).first().isEqualTo(started.get(0));
        runs.cancel(started.get(0));
        ended(started.get(0));
        assertThat(runs.list(Optional.of(RunState.CANCELLED), 0, 1).runs())
                .extracting(RunView::id)
                .containsExactly(started.get(0));
    }

    @Test
    void lists_only_the_beginning_of_a_prompt() {
        String prompt = FOR_EVER + "x".repeat(1000);
        RunId run = start(prompt);
        RunView listed = runs.list(Optional.empty(), 0, 1).runs().getFirst();
        assertThat(listed.prompt()).isEqualTo(prompt.substring(0, 200));
        assertThat(listed.promptTruncated()).isTrue();
        assertThat(runs.find(run).prompt()).isEqualTo(prompt);
    }

    @Test
    void a_choice_may_be_changed_and_none_is_forgotten() {
        RunId run = start("say x");
        ended(run);
        runs.select(new VariationRef(run, 0), "short");
        RunView chosen = runs.select(new VariationRef(run, 1), null);
        assertThat(chosen.pick().orElseThrow().variation()).isEqualTo(1);
        assertThat(chosen.pick().orElseThrow().attempt()).isEqualTo(1);
        assertThat(runs.find(run).picks())
                .extracting(pick -> pick.variation() + ":" + pick.reason())
                .containsExactly("0:short", "1:null");
    }

    @Test
    void choosing_twice_the_same_is_one_choice() {
        RunId run = start("say x");
        ended(run);
        runs.select(new VariationRef(run, 0), "short");
        assertThat(runs.select(new VariationRef(run, 0), "short").picks()).hasSize(1);
    }

    @Test
    void a_variation_of_a_cancelled_run_can_be_chosen() {
        RunId run = start("say x", FOR_EVER);
        VariationRef first = new VariationRef(run, 0);
        await().atMost(SOON).ignoreExceptions().until(() -> runs.output(first) != null);
        runs.cancel(run);
        ended(run);
        assertThat(runs.select(first, null).pick()).isPresent();
    }

    @Test
    void what_has_no_result_cannot_be_chosen() {
        RunId silent = start("complete failed");
        RunId working = start(FOR_EVER);
        ended(silent);
        assertThatThrownBy(() -> runs.select(new VariationRef(silent, 0), null)).isInstanceOf(NoResultYet.class);
        assertThatThrownBy(() -> runs.select(new VariationRef(working, 0), null))
                .isInstanceOf(NoResultYet.class);
        assertThatThrownBy(() -> runs.select(new VariationRef(working, 7), null))
                .isInstanceOf(UnknownVariation.class);
        RunId nobody = new RunId(UUID.randomUUID());
        assertThatThrownBy(() -> runs.select(new VariationRef(nobody, 0), null)).isInstanceOf(UnknownRun.class);
    }

    @Test
    void an_agent_that_is_not_to_be_had_ends_with_the_reason() {
        NewRun request =
                new NewRun("https://e.org/a/b", "x", null, null, List.of(new AgentChoice("codex", null, null, null)));
        RunView end = ended(runs.start(request, Optional.empty()).run().id());
        assertThat(end.variations().getFirst().outcome().wireName()).isEqualTo("start_failed");
        assertThat(end.variations().getFirst().detail()).contains("AIDEATOR_COMMAND_AGENTS_CODEX_COMMAND");
        assertThat(end.state()).isEqualTo(RunState.FAILED);
    }
}
