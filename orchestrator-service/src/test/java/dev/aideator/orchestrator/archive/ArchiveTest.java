package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.RunScript;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.FinalText;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.run.VariationRef;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class ArchiveTest {

    private static final Instant NOW = Instant.parse("2026-01-10T10:30:00Z");

    @Inject
    Archive archive;

    @Inject
    Runs runs;

    private VariationRef variation;
    private AttemptRef attempt;

    @BeforeEach
    void make_a_variation_that_nothing_else_writes_to() {
        RunId run = runs.start(RunScript.of(1, "say x"), Optional.empty()).run().id();
        runs.cancel(run);
        org.awaitility.Awaitility.await().until(() -> runs.find(run).state().isFinal());
        variation = new VariationRef(run, 0);
        // An agent that was quicker than the cancel has archived something: the next attempt begins behind it.
        attempt = new AttemptRef(variation, archive.head(variation).position().epoch() + 1);
    }

    private EventLine line(long seq, Payload payload) {
        EntryId id = new EntryId(attempt.epoch(), seq);
        Event event = new Event(variation.run().toString(), variation.producer(), id, NOW, payload);
        return new EventLine(id, event.firstSeq(), EventJson.encode(event));
    }

    private EventLine said(long seq, String text) {
        return line(seq, new Payload.AgentOutput(text));
    }

    private List<EventLine> said(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(seq -> said(seq, "<" + seq + ">"))
                .toList();
    }

    private List<EventLine> archived() {
        return archive.read(variation, new EntryId(attempt.epoch(), 0), 10_000, 1 << 24);
    }

    @Test
    void a_chunk_goes_only_right_behind_the_last() {
        archive.append(attempt, said(1, 3));
        assertThat(archive.append(attempt, said(5, 6)).position().seq()).isEqualTo(3);
        assertThat(archive.append(attempt, said(3, 6)).position().seq()).isEqualTo(3);
        assertThat(archive.append(attempt, said(4, 6)).position().seq()).isEqualTo(6);
        assertThat(archived()).isEqualTo(said(1, 6));
    }

    @Test
    void a_chunk_with_a_hole_is_refused_whole() {
        List<EventLine> holed = List.of(said(1, "a"), said(3, "c"));
        assertThatThrownBy(() -> archive.append(attempt, holed)).isInstanceOf(IllegalArgumentException.class);
        assertThat(archived()).isEmpty();
    }

    @Test
    void a_gap_stands_for_what_is_gone() {
        List<EventLine> lines = List.of(said(1, "a"), line(4, new Payload.Gap(2, 4L)), said(5, "e"));
        assertThat(archive.append(attempt, lines).position().seq()).isEqualTo(5);
        assertThat(archived()).isEqualTo(lines);
    }

    @Test
    void of_two_that_record_the_same_each_event_is_kept_once() {
        try (ExecutorService replicas = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 4).forEach(i -> replicas.submit(() -> record(1, 200)));
        }
        assertThat(archived()).isEqualTo(said(1, 200));
    }

    private void record(int from, int to) {
        Recorder recorder = new Recorder(archive, attempt, Clock.fixed(NOW, ZoneOffset.UTC));
        while (recorder.archived().seq() < to) {
            for (EventLine line : said(from, to)) {
                recorder.take(line);
                if (line.id().seq() % 7 == 0) {
                    recorder.flush();
                }
            }
            recorder.flush();
        }
    }

    @Test
    void a_recorder_knows_the_end_that_its_predecessor_archived() {
        archive.append(
                attempt,
                List.of(
                        said(1, "a"),
                        line(2, new Payload.AgentComplete(dev.aideator.events.Outcome.COMPLETED, "done", null))));
        Recorder recorder = new Recorder(archive, attempt, Clock.systemUTC());
        assertThat(recorder.complete()).isPresent();
        assertThat(recorder.position()).isEqualTo(new EntryId(attempt.epoch(), 2));
    }

    @Test
    void reads_as_much_as_was_asked_for() {
        archive.append(attempt, said(1, 50));
        archive.append(attempt, said(51, 100));
        EntryId after = new EntryId(attempt.epoch(), 45);
        assertThat(archive.read(variation, after, 10, 1 << 20)).isEqualTo(said(46, 55));
        assertThat(archive.read(variation, after, 10, 1)).isEqualTo(said(46, 46));
        assertThat(archive.read(variation, new EntryId(attempt.epoch(), 100), 10, 1 << 20))
                .isEmpty();
    }

    @Test
    void the_final_text_is_what_came_behind_the_last_tool_call() {
        Payload tool = new Payload.AgentTool("1", "ls", Payload.AgentTool.Phase.FINISHED, null, "x");
        archive.append(attempt, List.of(said(1, "Let me see"), line(2, tool), said(3, "It is "), said(4, "good")));
        assertThat(archive.finalText(variation, attempt.epoch()))
                .isEqualTo(new FinalText(attempt.epoch(), "It is good", false));
    }

    @Test
    void a_long_final_text_is_cut_at_a_character() {
        archive.append(attempt, List.of(said(1, "x"), said(2, "\uD83D\uDE80".repeat(70_000))));
        FinalText text = archive.finalText(variation, attempt.epoch());
        assertThat(text.truncated()).isTrue();
        assertThat(text.text()).startsWith("x\uD83D\uDE80").endsWith("\uDE80").hasSize(1 + 2 * ((256 * 1024 - 1) / 4));
    }

    @Test
    void sums_up_what_was_used() {
        archive.append(
                attempt,
                List.of(
                        line(1, new Payload.AgentUsage("m", 10, 2, 0.5, Payload.AgentUsage.CostSource.REPORTED)),
                        line(2, new Payload.AgentUsage("m", 5, 1, null, Payload.AgentUsage.CostSource.UNKNOWN))));
        assertThat(archive.head(variation).usage())
                .isEqualTo(new Usage(15, 3, 0.5, Payload.AgentUsage.CostSource.UNKNOWN));
    }
}
