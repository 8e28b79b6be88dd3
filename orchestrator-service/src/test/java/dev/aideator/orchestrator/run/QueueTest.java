package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;
import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.run.RunRefused.NeverFits;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who is let in, and when. Nothing runs here: the test plays the launcher. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
@TestProfile(Room.Profile.class)
class QueueTest {

    private static final Ending DONE = new Ending(Outcome.COMPLETED, "done", "Done.");
    private static final Capacity UNBOUNDED = new Capacity.Unbounded();

    @Inject
    Runs runs;

    @Inject
    Attempts attempts;

    @Inject
    Room room;

    @Inject
    RunRepository repository;

    @Inject
    Archive archive;

    @Inject
    EntityManager database;

    @Inject
    Event<RunChanged> changes;

    @Inject
    Clock clock;

    @AfterEach
    void leave_nothing_in_the_queue() {
        room.is(new Capacity.Unknown());
        runs.live().forEach(runs::cancel);
        attempts.live().keySet().forEach(this::end);
        attempts.withWorkspace(Duration.ZERO).forEach(attempts::workspaceGone);
        assertThat(runs.live()).isEmpty();
    }

    private static Capacity roomFor(int most) {
        return new Capacity.WholeRuns(most, "The quota says so.");
    }

    private RunId start(int variations) {
        return runs.start(RunScript.of(variations, "say x"), Optional.empty())
                .run()
                .id();
    }

    private void end(AttemptRef attempt) {
        attempts.end(attempt, DONE, 0, true);
    }

    private void endAndTidy(List<AttemptRef> claimed) {
        claimed.forEach(this::end);
        claimed.forEach(attempts::workspaceGone);
    }

    private static List<AttemptRef> first(RunId run, int variations) {
        return IntStream.range(0, variations)
                .mapToObj(index -> new AttemptRef(new VariationRef(run, index), 1))
                .toList();
    }

    @Test
    void slots_are_given_one_by_one_first_come_first_served() {
        RunId first = start(2);
        RunId second = start(2);
        assertThat(attempts.claim(new Capacity.Slots(3))).isEqualTo(first(first, 2));
        assertThat(attempts.claim(new Capacity.Slots(3))).isEqualTo(first(second, 1));
        assertThat(attempts.claim(new Capacity.Slots(3))).isEmpty();
        end(new AttemptRef(new VariationRef(first, 1), 1));
        assertThat(attempts.claim(new Capacity.Slots(3)))
                .containsExactly(new AttemptRef(new VariationRef(second, 1), 1));
    }

    @Test
    void where_others_admit_all_is_let_in() {
        List<RunId> started = Stream.generate(() -> start(3)).limit(3).toList();
        for (RunId run : started) {
            assertThat(attempts.claim(UNBOUNDED)).isEqualTo(first(run, 3));
        }
        assertThat(attempts.claim(UNBOUNDED)).isEmpty();
    }

    @Test
    void nothing_starts_while_nobody_knows_how_much_room_there_is() {
        RunId run = start(1);
        assertThat(attempts.claim(new Capacity.Unknown())).isEmpty();
        assertThat(runs.find(run).state()).isEqualTo(RunState.QUEUED);
    }

    @Test
    void a_run_starts_as_a_whole_and_nobody_overtakes_it() {
        RunId working = start(2);
        RunId large = start(3);
        RunId small = start(1);
        List<AttemptRef> claimed = attempts.claim(roomFor(4));
        assertThat(claimed).isEqualTo(first(working, 2));
        assertThat(attempts.claim(roomFor(4))).isEmpty();
        assertThat(runs.find(small).state()).isEqualTo(RunState.QUEUED);
        endAndTidy(claimed);
        assertThat(attempts.claim(roomFor(4))).isEqualTo(first(large, 3));
        assertThat(attempts.claim(roomFor(4))).isEqualTo(first(small, 1));
    }

    @Test
    void an_attempt_takes_its_room_until_its_workspace_is_gone() {
        List<AttemptRef> claimed = claimOf(start(2));
        start(1);
        claimed.forEach(this::end);
        assertThat(attempts.claim(roomFor(2))).isEmpty();
        attempts.workspaceGone(claimed.getFirst());
        assertThat(attempts.claim(roomFor(2))).hasSize(1);
    }

    private List<AttemptRef> claimOf(RunId run) {
        List<AttemptRef> claimed = attempts.claim(UNBOUNDED);
        assertThat(claimed).allMatch(attempt -> attempt.run().equals(run));
        return claimed;
    }

    @Test
    void only_what_is_left_of_a_run_needs_room() {
        RunId run = start(3);
        runs.cancelVariation(new VariationRef(run, 1));
        assertThat(attempts.claim(roomFor(2)))
                .extracting(attempt -> attempt.variation().index())
                .containsExactly(0, 2);
    }

    @Test
    void a_run_that_can_never_fit_is_refused_with_the_reason() {
        room.is(roomFor(2));
        assertThatThrownBy(() -> start(3))
                .isInstanceOf(NeverFits.class)
                .hasMessage("All 3 variations of a run start together here, and there is never room for more than 2."
                        + " The quota says so.");
        assertThat(runs.live()).isEmpty();
    }

    @Test
    void a_run_that_no_longer_fits_ends_with_the_reason_and_blocks_nobody() {
        RunId large = start(3);
        RunId largest = start(5);
        RunId small = start(2);
        assertThat(attempts.claim(roomFor(2))).isEqualTo(first(small, 2));
        for (RunId run : List.of(large, largest)) {
            RunView ended = runs.find(run);
            assertThat(ended.state()).isEqualTo(RunState.FAILED);
            assertThat(ended.variations()).allSatisfy(variation -> {
                assertThat(variation.outcome()).isEqualTo(Outcome.QUOTA_EXCEEDED);
                assertThat(variation.reason()).isEqualTo("quota_exceeded");
                assertThat(variation.detail()).contains("never room for more than 2. The quota says so.");
            });
        }
    }

    @Test
    void a_retry_waits_for_the_old_workspace_and_lets_others_go_ahead() {
        RunId retried = start(2);
        List<AttemptRef> claimed = claimOf(retried);
        claimed.forEach(this::end);
        VariationRef variation = new VariationRef(retried, 1);
        runs.retry(variation);
        RunId other = start(1);
        assertThat(attempts.claim(roomFor(10))).isEqualTo(first(other, 1));
        assertThat(attempts.claim(roomFor(10))).isEmpty();
        claimed.forEach(attempts::workspaceGone);
        assertThat(attempts.claim(roomFor(10))).containsExactly(new AttemptRef(variation, 2));
    }

    @Test
    void a_retry_is_a_run_of_one_at_the_end_of_the_queue() {
        RunId retried = start(2);
        endAndTidy(claimOf(retried));
        RunId other = start(2);
        runs.retry(new VariationRef(retried, 0));
        assertThat(attempts.claim(roomFor(2))).isEqualTo(first(other, 2));
        assertThat(attempts.claim(roomFor(2))).isEmpty();
        endAndTidy(first(other, 2));
        assertThat(attempts.claim(roomFor(1))).containsExactly(new AttemptRef(new VariationRef(retried, 0), 2));
    }

    @Test
    void two_hundred_runs_at_once_are_let_in_by_two_replicas_in_their_order_and_none_twice() throws Exception {
        Random random = new Random(7);
        List<Callable<RunId>> posts = Stream.generate(() -> (Callable<RunId>) () -> start(1 + random.nextInt(5)))
                .limit(200)
                .toList();
        List<RunId> started = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<RunId> post : threads.invokeAll(posts)) {
                started.add(post.get());
            }
        }
        Attempts other = new Attempts(repository, archive, database, changes, clock);
        Callable<List<AttemptRef>> here = () -> attempts.claim(roomFor(10));
        Callable<List<AttemptRef>> there =
                () -> QuarkusTransaction.requiringNew().call(() -> other.claim(roomFor(10)));
        List<AttemptRef> all = new ArrayList<>();
        List<List<AttemptRef>> inside = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (!runs.live().isEmpty()) {
                for (Future<List<AttemptRef>> claim : threads.invokeAll(List.of(here, there, here, there))) {
                    if (!claim.get().isEmpty()) {
                        inside.add(claim.get());
                        all.addAll(claim.get());
                    }
                }
                assertThat(attempts.live()).hasSizeLessThanOrEqualTo(10);
                assertThat(inside).isNotEmpty();
                Collections.shuffle(inside, random);
                endAndTidy(inside.removeFirst());
            }
        }
        assertThat(all).doesNotHaveDuplicates().allMatch(attempt -> attempt.epoch() == 1);
        assertThat(all.stream().map(AttemptRef::run).distinct()).containsExactlyInAnyOrderElementsOf(started);
        assertThat(inTheOrderOfTheirStart(started)).isEqualTo(inTheOrderOfTheQueue(started));
        assertThat(started.stream().map(runs::find)).allMatch(run -> run.state() == RunState.COMPLETED);
    }

    private List<UUID> inTheOrderOfTheirStart(List<RunId> runs) {
        return ids("min(a.id)", runs);
    }

    private List<UUID> inTheOrderOfTheQueue(List<RunId> runs) {
        return ids("min(v.queuedAt), min(v.id)", runs);
    }

    private List<UUID> ids(String order, List<RunId> runs) {
        return QuarkusTransaction.requiringNew()
                .call(() -> database.createQuery(
                                "select v.run.id from Attempt a join a.variation v where v.run.id in :runs"
                                        + " group by v.run.id order by " + order,
                                UUID.class)
                        .setParameter("runs", runs.stream().map(RunId::value).toList())
                        .getResultList());
    }
}
