package dev.aideator.orchestrator.job;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;
import dev.aideator.events.StreamEntry;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;
import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.pick.PickView;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Outbox;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.RunRefused.NotEnded;
import dev.aideator.orchestrator.run.RunState;
import dev.aideator.orchestrator.run.RunView;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.run.VariationRef;
import dev.aideator.orchestrator.run.VariationState;
import dev.aideator.orchestrator.run.VariationView;
import dev.aideator.orchestrator.stream.RunStreams;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.redis.client.RedisAPI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** An ended variation that is tried again, with real runners, a real Redis and a real PostgreSQL. */
@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class RetryTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long KEPT_FOR_EVER = -1;

    @Inject
    Runs runs;

    @Inject
    Archive archive;

    @Inject
    Outbox outbox;

    @Inject
    RunStreams streams;

    @Inject
    RedisAPI redis;

    @TempDir
    Path folder;

    private Path go;

    @BeforeEach
    void choose_the_file_that_agents_wait_for() {
        go = folder.resolve("go");
    }

    @AfterEach
    void end_what_still_runs() {
        runs.live().forEach(runs::cancel);
        await().atMost(SOON).until(() -> runs.live().isEmpty());
    }

    private VariationRef first(RunId run) {
        return new VariationRef(run, 0);
    }

    private RunId start(int variations, String... script) {
        return runs.start(RunScript.of(variations, script), Optional.empty())
                .run()
                .id();
    }

    private RunView ended(RunId run) {
        return await().atMost(SOON)
                .until(() -> runs.find(run), view -> view.state().isFinal());
    }

    private RunId endedRun(int variations, String... script) {
        RunId run = start(variations, script);
        ended(run);
        return run;
    }

    private VariationView variation(RunId run) {
        return runs.find(run).variations().getFirst();
    }

    private void awaitOutput(RunId run, String text) {
        await().atMost(SOON).until(() -> archived(run).stream().anyMatch(json -> json.contains(text)));
    }

    private List<String> archived(RunId run) {
        return archive.read(first(run), EntryId.START, 10_000, 1 << 24).stream()
                .map(EventLine::json)
                .toList();
    }

    private List<String> inRedis(RunId run, Producer producer) {
        return streams.of(run, producer).read(EntryId.START, 1000).stream()
                .filter(StreamEntry.EventEntry.class::isInstance)
                .map(entry -> ((StreamEntry.EventEntry) entry).json())
                .toList();
    }

    private List<String> told(RunId run) {
        return outbox.events(run, 0, 1000).stream().map(Outbox.Entry::json).toList();
    }

    private List<Payload> toldPayloads(RunId run) {
        return told(run).stream().map(EventJson::decode).map(Event::payload).toList();
    }

    private String output(RunId run) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        runs.output(first(run)).writeTo(text);
        return text.toString(StandardCharsets.UTF_8);
    }

    private String output(RunId run, long attempt) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        runs.output(new AttemptRef(first(run), attempt)).writeTo(text);
        return text.toString(StandardCharsets.UTF_8);
    }

    private List<Long> secondsLeft(RunId run, int variations) {
        RunKeys keys = new RunKeys(run.toString());
        return Stream.concat(IntStream.range(0, variations).mapToObj(Producer::variation), Stream.of(Producer.RUN))
                .map(producer -> redis.ttl(keys.events(producer))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .toLong())
                .toList();
    }

    private void awaitThatStreamsExpire(RunId run, int variations) {
        await().atMost(SOON).until(() -> secondsLeft(run, variations).stream().allMatch(seconds -> seconds > 0));
    }

    @Test
    void a_failed_variation_is_tried_again_and_the_run_completes_a_second_time() throws IOException {
        RunId run = endedRun(2, "say one", "1: complete failed", "say two");
        assertThat(runs.find(run).state()).isEqualTo(RunState.FAILED);

        RunView reopened = runs.retry(first(run));

        assertThat(reopened.state()).isEqualTo(RunState.RUNNING);
        assertThat(reopened.endedAt()).isNull();
        assertThat(reopened.variations().getFirst().state()).isEqualTo(VariationState.QUEUED);
        assertThat(reopened.variations().getFirst().outcome()).isNull();
        assertThat(runs.shape(run).lastCompleteSeq()).isNull();
        RunView end = ended(run);
        assertThat(end.state()).isEqualTo(RunState.COMPLETED);
        assertThat(end.variations()).extracting(VariationView::attempt).containsExactly(2L, 1L);
        assertThat(end.variations())
                .extracting(VariationView::outcome)
                .containsExactly(Outcome.COMPLETED, Outcome.FAILED);
        assertThat(output(run)).isEqualTo("onetwo");
        assertThat(output(run, 1)).isEqualTo("one");
        List<Payload> completes = toldPayloads(run).stream()
                .filter(Payload.RunComplete.class::isInstance)
                .toList();
        assertThat(completes).hasSize(2);
        assertThat(((Payload.RunComplete) completes.getLast()).position().of(Producer.variation(0)))
                .hasToString("2-3");
        await().atMost(SOON).until(() -> outbox.unpublished().isEmpty());
        assertThat(inRedis(run, Producer.RUN)).isEqualTo(told(run));
        assertThat(inRedis(run, Producer.variation(0))).isEqualTo(archived(run));
    }

    @Test
    void only_what_has_ended_is_tried_again() {
        RunId working = start(1, "say x", "await " + go);
        assertThatThrownBy(() -> runs.retry(first(working))).isInstanceOf(NotEnded.class);
        RunId run = endedRun(1, "1: complete failed", "await " + go);
        runs.retry(first(run));
        assertThatThrownBy(() -> runs.retry(first(run))).isInstanceOf(NotEnded.class);
    }

    @Test
    void one_of_many_retries_at_once_is_taken() throws Exception {
        RunId run = endedRun(1, "1: complete failed", "await " + go);
        List<Thread> threads = Stream.generate(() -> Thread.ofVirtual().unstarted(() -> {
                    try {
                        runs.retry(first(run));
                    } catch (NotEnded late) {
                        // Another one was faster.
                    }
                }))
                .limit(20)
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        Files.createFile(go);
        assertThat(ended(run).variations().getFirst().attempt()).isEqualTo(2);
    }

    @Test
    void a_variation_can_be_tried_again_and_again() {
        RunId run = endedRun(1, "1: complete failed", "2: complete failed", "say third");
        runs.retry(first(run));
        assertThat(ended(run).state()).isEqualTo(RunState.FAILED);
        runs.retry(first(run));
        assertThat(ended(run).state()).isEqualTo(RunState.COMPLETED);
        assertThat(variation(run).attempt()).isEqualTo(3);
    }

    @Test
    void a_pick_stays_and_what_was_left_before_can_still_be_picked_meanwhile() throws IOException {
        RunId run = endedRun(1, "1: say before", "1: complete completed", "say now", "await " + go);
        runs.select(first(run), "good");
        runs.retry(first(run));
        awaitOutput(run, "now");

        assertThat(variation(run).hasResult()).isTrue();
        assertThat(variation(run).resultAttempt()).isEqualTo(1);
        assertThat(runs.select(first(run), "still good").pick().orElseThrow().attempt())
                .isEqualTo(1);
        assertThat(runs.finalText(first(run)).attempt()).isEqualTo(2);
        assertThat(output(run, 1)).isEqualTo("before");

        Files.createFile(go);
        RunView end = ended(run);
        assertThat(end.pick().orElseThrow().attempt()).isEqualTo(1);
        assertThat(end.variations().getFirst().resultAttempt()).isEqualTo(2);
        assertThat(runs.select(first(run), "better").picks())
                .extracting(PickView::attempt)
                .containsExactly(1L, 1L, 2L);
    }

    @Test
    void a_retry_that_puts_nothing_out_takes_nothing_away() throws IOException {
        RunId run = endedRun(1, "1: say before", "complete failed");
        runs.retry(first(run));
        assertThat(ended(run).variations().getFirst().resultAttempt()).isEqualTo(1);
        assertThat(output(run)).isEqualTo("before");
        assertThat(output(run, 2)).isEmpty();
        assertThat(runs.finalText(first(run)).attempt()).isEqualTo(1);
    }

    @Test
    void the_old_attempt_can_no_longer_write() {
        RunId run = endedRun(1, "say x", "2: await " + go);
        runs.retry(first(run));
        await().atMost(SOON)
                .until(() -> streams.of(run, Producer.variation(0)).last().epoch() == 2);
        EntryId id = new EntryId(1, 3);
        Event late = new Event(
                run.toString(), Producer.variation(0), id, Instant.now(), new Payload.AgentOutput("Still here"));
        assertThat(streams.of(run, Producer.variation(0)).append(new EventLine(id, 3, EventJson.encode(late))))
                .isInstanceOf(StreamAnswer.Fenced.class);
    }

    @Test
    void streams_are_kept_while_a_retry_goes_on_and_expire_after_it() throws IOException {
        RunId run = endedRun(2, "1: complete failed", "await " + go);
        awaitThatStreamsExpire(run, 2);
        runs.retry(first(run));
        await().atMost(SOON)
                .until(() -> secondsLeft(run, 2), List.of(KEPT_FOR_EVER, KEPT_FOR_EVER, KEPT_FOR_EVER)::equals);
        Files.createFile(go);
        ended(run);
        awaitThatStreamsExpire(run, 2);
    }

    @Test
    void streams_that_redis_forgot_are_opened_again() throws IOException {
        RunId run = endedRun(2, "say one", "1: complete failed", "await " + go);
        awaitThatStreamsExpire(run, 2);
        for (Producer producer : List.of(Producer.variation(0), Producer.variation(1), Producer.RUN)) {
            streams.expire(run, producer, Duration.ZERO);
        }
        List<String> before = archived(run);

        runs.retry(first(run));
        awaitOutput(run, "\"epoch\":2");

        await().atMost(SOON).until(() -> inRedis(run, Producer.RUN), told(run)::equals);
        await().atMost(SOON)
                .until(() -> streams.of(run, Producer.variation(1)).last(), new EntryId(1, EntryId.SEAL_SEQ)::equals);
        Files.createFile(go);
        assertThat(ended(run).state()).isEqualTo(RunState.COMPLETED);
        await().atMost(SOON).until(() -> outbox.unpublished().isEmpty());
        assertThat(inRedis(run, Producer.RUN)).isEqualTo(told(run));
        // What older attempts said is the archive's by now; in the stream stand their ends.
        assertThat(archived(run)).startsWith(before.toArray(String[]::new));
        assertThat(inRedis(run, Producer.variation(0)))
                .isEqualTo(archived(run).subList(before.size(), archived(run).size()));
        awaitThatStreamsExpire(run, 2);
    }

    @Test
    void a_retry_while_redis_is_away_works_and_is_in_its_streams_when_it_is_back() throws IOException {
        RunId run = endedRun(1, "say one", "1: complete failed", "await " + go, "say two");
        awaitThatStreamsExpire(run, 1);
        List<String> before = archived(run);
        EmbeddedServers.stopRedis();
        try {
            assertThat(runs.retry(first(run)).state()).isEqualTo(RunState.RUNNING);
            awaitOutput(run, "\"epoch\":2");
            Files.createFile(go);
            assertThat(ended(run).state()).isEqualTo(RunState.COMPLETED);
            assertThat(output(run, 2)).isEqualTo("onetwo");
        } finally {
            EmbeddedServers.restartRedis();
        }
        awaitTheSealOfTheSecondAttempt(run);
        // The archive has all of it, so that in the stream stands its end alone.
        assertThat(inRedis(run, Producer.variation(0))).isEqualTo(before);
        await().atMost(SOON).until(() -> inRedis(run, Producer.RUN), told(run)::equals);
        awaitThatStreamsExpire(run, 1);
    }

    @Test
    void a_retry_that_began_while_redis_was_away_is_live_when_it_is_back() throws IOException {
        RunId run = endedRun(1, "say one", "1: complete failed", "await " + go, "say two");
        EmbeddedServers.stopRedis();
        try {
            runs.retry(first(run));
            awaitOutput(run, "\"epoch\":2");
        } finally {
            EmbeddedServers.restartRedis();
        }
        await().atMost(SOON)
                .until(() -> streams.of(run, Producer.variation(0)).last().epoch() == 2);
        Files.createFile(go);
        assertThat(ended(run).state()).isEqualTo(RunState.COMPLETED);
        assertThat(output(run, 2)).isEqualTo("onetwo");
        awaitTheSealOfTheSecondAttempt(run);
        assertThat(inRedis(run, Producer.variation(0)))
                .endsWith(archived(run).subList(3, 5).toArray(String[]::new));
        await().atMost(SOON).until(() -> inRedis(run, Producer.RUN), told(run)::equals);
    }

    private void awaitTheSealOfTheSecondAttempt(RunId run) {
        await().atMost(SOON)
                .until(() -> streams.of(run, Producer.variation(0)).last(), new EntryId(2, EntryId.SEAL_SEQ)::equals);
    }

    @Test
    void a_variation_of_a_cancelled_run_is_tried_again_without_the_others() {
        RunId run = start(2, "say x", "1: await " + go);
        awaitOutput(run, "x");
        runs.cancel(run);
        assertThat(ended(run).state()).isEqualTo(RunState.CANCELLED);
        runs.retry(first(run));
        RunView end = ended(run);
        assertThat(end.state()).isEqualTo(RunState.COMPLETED);
        assertThat(end.variations())
                .extracting(VariationView::outcome)
                .containsExactly(Outcome.COMPLETED, Outcome.CANCELLED);
    }

    @Test
    void a_retry_can_be_cancelled() {
        RunId run = endedRun(1, "say x", "2: await " + go);
        runs.retry(first(run));
        awaitOutput(run, "\"epoch\":2");
        runs.cancel(run);
        RunView end = ended(run);
        assertThat(end.state()).isEqualTo(RunState.CANCELLED);
        assertThat(end.variations().getFirst().reason()).isEqualTo("cancelled_by_user");
    }

    @Test
    void a_retry_that_is_cancelled_at_once_ends_and_leaves_what_was() {
        RunId run = endedRun(1, "say x", "2: await " + go);
        runs.retry(first(run));
        runs.cancel(run);
        RunView end = ended(run);
        assertThat(end.state()).isEqualTo(RunState.CANCELLED);
        assertThat(end.variations().getFirst().resultAttempt()).isEqualTo(1);
        assertThat(toldPayloads(run).stream().filter(Payload.RunComplete.class::isInstance))
                .hasSize(2);
    }
}
