package dev.aideator.orchestrator.job;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;
import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.run.Outbox;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.RunState;
import dev.aideator.orchestrator.run.RunView;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.run.VariationRef;
import dev.aideator.orchestrator.run.VariationState;
import dev.aideator.orchestrator.run.VariationView;
import dev.aideator.orchestrator.stream.OutboxPublisher;
import dev.aideator.orchestrator.stream.RunStreams;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
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
import java.util.List;
import java.util.Optional;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class AttemptLifeTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    Runs runs;

    @Inject
    Archive archive;

    @Inject
    Outbox outbox;

    @Inject
    OutboxPublisher publisher;

    @Inject
    RunStreams streams;

    @Inject
    Supervisor supervisor;

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

    private RunId start(int variations, String... script) {
        return runs.start(RunScript.of(variations, script), Optional.empty())
                .run()
                .id();
    }

    private RunView ended(RunId run) {
        return await().atMost(SOON)
                .until(() -> runs.find(run), view -> view.state().isFinal());
    }

    private VariationView variation(RunId run) {
        return runs.find(run).variations().getFirst();
    }

    private void awaitOutput(RunId run, String text) {
        await().atMost(SOON).until(() -> inRedis(run).stream().anyMatch(json -> json.contains(text)));
    }

    private List<String> inRedis(RunId run) {
        return streams.of(run, Producer.variation(0)).read(EntryId.START, 1000).stream()
                .filter(StreamEntry.EventEntry.class::isInstance)
                .map(entry -> ((StreamEntry.EventEntry) entry).json())
                .toList();
    }

    private List<String> archived(RunId run) {
        return archive.read(new VariationRef(run, 0), EntryId.START, 10_000, 1 << 24).stream()
                .map(EventLine::json)
                .toList();
    }

    private static List<Payload> payloads(List<String> lines) {
        return lines.stream().map(EventJson::decode).map(Event::payload).toList();
    }

    private List<Payload> told(RunId run) {
        return payloads(
                outbox.events(run, 0, 1000).stream().map(Outbox.Entry::json).toList());
    }

    private AttemptFolder files(RunId run) {
        return AttemptFolder.of(EmbeddedServers.attempts(), run.toString(), 0, 1);
    }

    private void kill(RunId run) throws IOException {
        long pid = Long.parseLong(Files.readString(files(run).pid()).split(" ")[0]);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private String output(RunId run) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        runs.output(new VariationRef(run, 0)).writeTo(text);
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_run_goes_from_the_queue_to_its_archived_end() throws IOException {
        RunId run = start(2, "say Look", "tool", "say Done", "usage", "usage", "complete completed");

        RunView end = ended(run);

        assertThat(end.state()).isEqualTo(RunState.COMPLETED);
        VariationView variation = end.variations().getFirst();
        assertThat(variation.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(variation.reason()).isEqualTo("as_told");
        assertThat(variation.hasResult()).isTrue();
        assertThat(variation.usage().inputTokens()).isEqualTo(20);
        assertThat(variation.usage().costUsd()).isEqualTo(0.5);
        assertThat(archived(run)).hasSize(6).isEqualTo(inRedis(run));
        assertThat(output(run)).isEqualTo("LookDone");
        assertThat(runs.finalText(new VariationRef(run, 0)).text()).isEqualTo("Done");
        assertThat(told(run))
                .filteredOn(Payload.Status.class::isInstance)
                .extracting(payload -> (Payload.Status) payload)
                .filteredOn(status -> Integer.valueOf(0).equals(status.variation()))
                .extracting(Payload.Status::state)
                .containsExactly("queued", "starting", "running", "ended");
        assertThat(((Payload.RunComplete) told(run).getLast()).position().of(Producer.variation(1)))
                .hasToString("1-6");
    }

    @Test
    void what_is_told_of_a_run_stands_in_its_stream_and_twice_is_once() {
        RunId run = start(1, "say x");
        ended(run);
        await().atMost(SOON).until(() -> outbox.unpublished().isEmpty());
        publisher.publish(run);
        publisher.publish(run);
        List<String> stream = streams.of(run, Producer.RUN).read(EntryId.START, 1000).stream()
                .filter(StreamEntry.EventEntry.class::isInstance)
                .map(entry -> ((StreamEntry.EventEntry) entry).json())
                .toList();
        assertThat(stream)
                .isEqualTo(outbox.events(run, 0, 1000).stream()
                        .map(Outbox.Entry::json)
                        .toList());
    }

    @Test
    void of_an_agent_that_says_a_lot_only_the_newest_stays_in_redis_while_it_works() throws IOException {
        RunId run = start(1, "flood 200", "await " + go, "say the last");

        await().atMost(SOON).until(() -> archived(run).size() == 200);
        List<String> left = await().atMost(SOON).until(() -> inRedis(run), kept -> kept.size() < 190);
        assertThat(left).hasSizeGreaterThan(120);
        assertThat(EventJson.header(left.getLast()).id()).isEqualTo(new EntryId(1, 200));

        Files.createFile(go);
        ended(run);
        assertThat(archived(run))
                .extracting(json -> EventJson.header(json).id().seq())
                .startsWith(1L, 2L, 3L)
                .hasSize(202)
                .isSorted();
        assertThat(output(run)).hasSize(200 * 65_536 + "the last".length());
    }

    @Test
    void every_attempt_is_sealed_and_leaves_no_workspace() {
        RunId run = start(1, "say x");
        ended(run);
        assertThat(streams.of(run, Producer.variation(0)).last()).isEqualTo(new EntryId(1, EntryId.SEAL_SEQ));
        await().atMost(SOON)
                .until(() ->
                        !Files.exists(files(run).workspace()) && runs.live().isEmpty());
        assertThat(files(run).stdout()).exists();
    }

    @Test
    void an_agent_that_ends_without_a_word_has_crashed() {
        RunId run = start(1, "say x", "halt 3");
        RunView end = ended(run);
        assertThat(end.state()).isEqualTo(RunState.FAILED);
        assertThat(end.variations().getFirst().outcome()).isEqualTo(Outcome.AGENT_CRASHED);
        assertThat(end.variations().getFirst().reason()).isEqualTo("exit_3");
        assertThat(end.variations().getFirst().hasResult()).isTrue();
        assertThat(archived(run)).hasSize(1);
    }

    @Test
    void what_a_killed_agent_had_only_logged_is_not_lost() throws IOException {
        RunId run = start(1, "say one", "whisper two", "whisper three", "half", "await " + go);
        awaitOutput(run, "one");
        await().atMost(SOON).until(() -> Files.readString(files(run).stdout()).endsWith(run.toString()));

        kill(run);

        VariationView end = ended(run).variations().getFirst();
        assertThat(end.outcome()).isEqualTo(Outcome.AGENT_CRASHED);
        assertThat(end.reason()).isEqualTo("signal_9");
        assertThat(output(run)).isEqualTo("onetwothree");
        assertThat(inRedis(run)).hasSize(3).isEqualTo(archived(run));
    }

    @Test
    void a_cancel_in_the_queue_ends_at_once_and_leaves_the_others() {
        RunId first = start(4, "await " + go);
        RunId second = start(1, "say x");
        assertThat(runs.cancelVariation(new VariationRef(second, 0)).state()).isEqualTo(RunState.CANCELLED);
        assertThat(runs.find(first).state().isFinal()).isFalse();
        assertThat(variation(second).attempt()).isZero();
    }

    @Test
    void a_cancelled_agent_says_so_itself() {
        RunId run = start(1, "say x", "await " + go);
        awaitOutput(run, "x");
        runs.cancel(run);
        RunView end = ended(run);
        assertThat(end.state()).isEqualTo(RunState.CANCELLED);
        assertThat(end.variations().getFirst().reason()).isEqualTo("cancelled_by_user");
        assertThat(payloads(archived(run)).getLast()).isInstanceOf(Payload.AgentComplete.class);
    }

    @Test
    void an_agent_that_will_not_end_is_killed() {
        RunId run = start(1, "deaf", "say x", "await " + go);
        awaitOutput(run, "x");
        runs.cancel(run);
        assertThat(variation(run).state()).isEqualTo(VariationState.CANCELLING);
        assertThat(ended(run).state()).isEqualTo(RunState.CANCELLED);
    }

    @Test
    void no_more_agents_than_allowed_are_under_way_first_come_first_served() throws IOException {
        RunId first = start(3, "say x", "await " + go);
        RunId second = start(3, "say x", "await " + go);
        awaitOutput(second, "x");
        assertThat(states(first)).doesNotContain(VariationState.QUEUED);
        assertThat(states(second))
                .filteredOn(state -> state == VariationState.QUEUED)
                .hasSize(2);
        Files.createFile(go);
        assertThat(ended(first).state()).isEqualTo(RunState.COMPLETED);
        assertThat(ended(second).state()).isEqualTo(RunState.COMPLETED);
    }

    private List<VariationState> states(RunId run) {
        return runs.find(run).variations().stream().map(VariationView::state).toList();
    }

    @Test
    void many_sweeps_at_once_do_what_one_does() throws Exception {
        RunId run = start(3, "say x", "await " + go);
        List<Thread> sweeps = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> Thread.startVirtualThread(supervisor::sweep))
                .toList();
        for (Thread sweep : sweeps) {
            sweep.join();
        }
        awaitOutput(run, "x");
        Files.createFile(go);
        RunView end = ended(run);
        assertThat(end.variations()).allMatch(variation -> variation.attempt() == 1);
        assertThat(archived(run)).hasSize(2);
        assertThat(told(run).stream().filter(Payload.RunComplete.class::isInstance))
                .hasSize(1);
    }

    @Test
    void an_agent_goes_on_while_redis_is_away() throws IOException {
        RunId run = start(1, "say one", "await " + go, "say two", "say three");
        awaitOutput(run, "one");
        EmbeddedServers.stopRedis();
        try {
            Files.createFile(go);
            await().atMost(SOON).until(() -> archived(run).toString().contains("two"));
        } finally {
            EmbeddedServers.restartRedis();
        }
        assertThat(ended(run).state()).isEqualTo(RunState.COMPLETED);
        assertThat(output(run)).isEqualTo("onetwothree");
        await().atMost(SOON)
                .until(() -> streams.of(run, Producer.variation(0)).last().isSeal());
        assertThat(inRedis(run)).isEqualTo(archived(run));
        await().atMost(SOON).until(() -> outbox.unpublished().isEmpty());
    }

    @Test
    void a_run_ends_without_redis_and_is_sealed_when_it_is_back() throws IOException {
        RunId run = start(1, "say one", "await " + go, "whisper two", "halt 3");
        awaitOutput(run, "one");
        EmbeddedServers.stopRedis();
        try {
            Files.createFile(go);
            assertThat(ended(run).variations().getFirst().outcome()).isEqualTo(Outcome.AGENT_CRASHED);
            assertThat(output(run)).isEqualTo("onetwo");
        } finally {
            EmbeddedServers.restartRedis();
        }
        await().atMost(SOON)
                .until(() -> streams.of(run, Producer.variation(0)).last().isSeal());
        assertThat(inRedis(run)).isEqualTo(archived(run));
        await().atMost(SOON).until(() -> outbox.unpublished().isEmpty());
    }

    @Test
    void an_attempt_that_redis_forgot_is_opened_again() throws IOException {
        RunId run = start(1, "say one", "say two", "await " + go, "say three");
        awaitOutput(run, "two");
        await().atMost(SOON).until(() -> archived(run).size() == 2);
        streams.expire(run, Producer.variation(0), Duration.ZERO);
        streams.expire(run, Producer.RUN, Duration.ZERO);
        Files.createFile(go);
        assertThat(ended(run).state()).isEqualTo(RunState.COMPLETED);
        assertThat(output(run)).isEqualTo("onetwothree");
    }
}
