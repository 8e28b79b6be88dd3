package dev.aideator.gateway;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/** The stream of what agents print, which needs no Redis. */
class LogStreamTest extends GatewayFixture {

    @TempDir
    static Path attempts;

    @Override
    Map<String, String> settings() {
        return Map.of(
                "aideator.gateway.log.attempts-dir", attempts.toString(),
                "aideator.gateway.log.poll", "20ms",
                "aideator.gateway.log.run-poll", "50ms",
                "aideator.gateway.hub.check", "300ms");
    }

    private SseViewer watchLog() {
        return add(SseViewer.once(gateway.port(), logPath(), null));
    }

    private Event event(Producer producer, long epoch, long seq, Payload payload) {
        return new Event(runId, producer, new EntryId(epoch, seq), Instant.EPOCH.plusMillis(seq), payload);
    }

    private String output(int variation, long epoch, long seq, String content) {
        return EventJson.encode(event(Producer.variation(variation), epoch, seq, new Payload.AgentOutput(content)));
    }

    private void print(int variation, long epoch, String text) {
        try {
            Path file = AttemptFolder.of(attempts, runId, variation, epoch).stdout();
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void follows_files_that_come_and_grow_line_by_line() {
        known.attempt(V0, 1, -1);
        known.attempt(V1, 1, -1);
        SseViewer viewer = watchLog();
        until(() -> viewer.ofType("caught_up").size() == 1);

        print(0, 1, output(0, 1, 1, "one") + "\n");
        until(() -> viewer.output(0).equals("one"));

        String half = output(0, 1, 2, "two — 🚀");
        print(0, 1, half.substring(0, 40));
        print(1, 1, output(1, 1, 1, "other") + "\n");
        until(() -> viewer.output(1).equals("other"));
        assertThat(viewer.output(0)).isEqualTo("one");
        print(0, 1, half.substring(40));
        print(0, 1, "\nnoise of a library\n{\"json\":\"of a tool\"}\n\n" + output(0, 1, 3, "three") + "\n");
        until(() -> viewer.output(0).equals("onetwo — 🚀three"));

        known.archive(RUN, EventJson.encode(event(RUN, 1, 1, new Payload.Status(0, 1L, "running", null, null, null))));
        until(() -> viewer.ofType("status").size() == 1);
        assertThat(viewer.lastId()).isEqualTo("0:1-3,1:1-1,run:1-1");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void replays_a_long_log_and_ends_with_the_run() {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 2_000; i++) {
            lines.add(output(0, 1, i, "line " + i + "x".repeat(i % 200)));
        }
        lines.add(EventJson.encode(event(V0, 1, 2_001, new Payload.AgentComplete(Outcome.COMPLETED, "done", null))));
        print(0, 1, String.join("\n", lines) + "\n");
        known.attempt(V0, 1, 2_001);
        Position position = Position.START.with(V0, new EntryId(1, 2_001)).with(RUN, new EntryId(1, 1));
        known.archive(RUN, EventJson.encode(event(RUN, 1, 1, new Payload.RunComplete("completed", position))));
        known.end("1-1");

        SseViewer viewer = add(SseViewer.persistent(gateway.port(), logPath()));
        until(viewer::isOver);
        assertThat(viewer.status()).isEqualTo(204);
        assertThat(viewer.violations()).isEmpty();
        assertThat(viewer.events()).hasSize(2_002);
        assertThat(viewer.events().subList(0, 2_001))
                .extracting(SseViewer.Received::data)
                .isEqualTo(lines);
    }

    @Test
    void goes_on_with_the_next_attempt_when_the_first_is_over() {
        known.attempt(V0, 1, -1);
        print(0, 1, output(0, 1, 1, "first") + "\n");
        SseViewer viewer = watchLog();
        until(() -> viewer.output(0).equals("first"));

        print(0, 2, output(0, 2, 1, "second") + "\n");
        // The first attempt's last line was lost with its pod; the archive has it.
        known.archive(V0, output(0, 1, 1, "first"));
        known.archive(V0, output(0, 1, 2, "tail"));
        known.attempt(V0, 1, 2);
        known.attempt(V0, 2, -1);
        until(() -> viewer.output(0).equals("firsttailsecond"));
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void an_attempt_that_was_given_up_and_never_stops_printing_holds_nobody_up() {
        known.attempt(V0, 1, -1);
        print(0, 1, output(0, 1, 1, "first") + "\n");
        SseViewer viewer = watchLog();
        until(() -> viewer.output(0).equals("first"));

        AtomicInteger printed = new AtomicInteger(1);
        until(() -> {
            print(0, 1, output(0, 1, printed.incrementAndGet(), "!") + "\n");
            if (printed.get() == 3) {
                known.attempt(V0, 1, 2);
                known.attempt(V0, 2, -1);
                Payload lost = new Payload.Status(0, 1L, "lost", Outcome.LOST, "lost", null);
                known.archive(RUN, EventJson.encode(event(RUN, 1, 1, lost)));
                print(0, 2, output(0, 2, 1, "second") + "\n");
            }
            return viewer.output(0).endsWith("second");
        });
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void logs_that_were_tidied_away_come_from_the_archive() {
        known.archive(V0, output(0, 1, 1, "kept"));
        known.attempt(V0, 1, 1);
        Position position = Position.START.with(V0, new EntryId(1, 1)).with(RUN, new EntryId(1, 1));
        known.archive(RUN, EventJson.encode(event(RUN, 1, 1, new Payload.RunComplete("completed", position))));
        known.end("1-1");
        SseViewer viewer = watchLog();
        until(viewer::isOver);
        assertThat(viewer.output(0)).isEqualTo("kept");
        assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
    }

    @Test
    void an_id_is_good_in_both_streams() {
        openAll();
        for (int i = 0; i < 10; i++) {
            print(0, 1, EventJson.encode(run.say(0, "line " + i)) + "\n");
        }
        SseViewer redis = watch();
        until(() -> redis.events().size() == 10);
        SseViewer log = add(
                SseViewer.once(gateway.port(), logPath(), redis.events().get(4).id()));
        until(() -> log.ofType("caught_up").size() == 1);
        assertThat(log.events())
                .extracting(SseViewer.Received::data)
                .isEqualTo(run.lines().subList(5, 10));
    }
}
