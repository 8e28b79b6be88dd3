package dev.aideator.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The wire format, held against one file per event type. The dashboard tests against the same files, so a change that
 * one side does not follow fails there.
 */
class GoldenEventsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String RUN = "0b7f3a52-6c1e-4d0f-9f5e-2a1d3c4b5e6f";
    private static final Producer FIRST = Producer.variation(0);

    private static final Map<String, Event> EVENTS = Map.ofEntries(
            stored("agent_output", FIRST, 1, 42, new Payload.AgentOutput("text as the agent wrote it\n\"<b>\" — 🚀")),
            stored("agent_log", FIRST, 1, 1, new Payload.AgentLog(Payload.AgentLog.Level.INFO, "Cloning")),
            stored(
                    "agent_tool",
                    FIRST,
                    1,
                    43,
                    new Payload.AgentTool(
                            "call-1",
                            "read_file",
                            Payload.AgentTool.Phase.FINISHED,
                            MAPPER.createObjectNode().put("path", "README.md"),
                            "# AIdeator")),
            stored(
                    "agent_usage",
                    FIRST,
                    1,
                    44,
                    new Payload.AgentUsage(
                            "gpt-4o-mini", 1200, 340, 0.000384, Payload.AgentUsage.CostSource.ESTIMATED)),
            stored(
                    "agent_artifact",
                    FIRST,
                    1,
                    45,
                    new Payload.AgentArtifact(
                            "changes.patch",
                            "text/x-diff",
                            1,
                            2,
                            Payload.AgentArtifact.Encoding.UTF8,
                            "--- a/README.md\n")),
            stored(
                    "agent_error",
                    FIRST,
                    2,
                    3,
                    new Payload.AgentError(
                            "repo_not_found",
                            "The repository does not exist, or is private.",
                            "Check the address, or set GITHUB_TOKEN.")),
            stored(
                    "agent_complete",
                    FIRST,
                    1,
                    46,
                    new Payload.AgentComplete(
                            Outcome.TIMED_OUT, "deadline", "The agent ran into its limit of 30 min.")),
            stored(
                    "status",
                    Producer.RUN,
                    1,
                    8,
                    new Payload.Status(0, 1L, "ended", Outcome.COMPLETED, "done", "Done.")),
            stored(
                    "status_of_the_run",
                    Producer.RUN,
                    1,
                    1,
                    new Payload.Status(null, null, "running", null, null, null)),
            stored(
                    "run_complete",
                    Producer.RUN,
                    1,
                    9,
                    new Payload.RunComplete("completed", Position.parse("0:1-46,1:2-17,run:1-9"))),
            stored("gap", FIRST, 1, 60, new Payload.Gap(47, 60L)),
            stored("gap_of_unknown_end", FIRST, 1, 47, new Payload.Gap(47, null)),
            made("heartbeat", new Payload.Heartbeat()),
            made("caught_up", new Payload.CaughtUp()),
            made("source_changed", new Payload.SourceChanged("logs", "Redis is not reachable")));

    private static Map.Entry<String, Event> stored(
            String file, Producer producer, long epoch, long seq, Payload payload) {
        Instant at = Instant.parse("2026-01-10T10:30:00.123Z");
        return Map.entry(file, new Event(RUN, producer, new EntryId(epoch, seq), at, payload));
    }

    private static Map.Entry<String, Event> made(String file, Payload payload) {
        return Map.entry(file, new Event(RUN, Producer.RUN, null, Instant.parse("2026-01-10T10:30:00Z"), payload));
    }

    @TestFactory
    Stream<DynamicTest> an_event_is_written_and_read_as_its_golden_file_says() {
        return EVENTS.entrySet().stream()
                .map(golden -> DynamicTest.dynamicTest(golden.getKey(), () -> {
                    String line = Files.readString(GOLDEN.resolve(golden.getKey() + ".json"))
                            .strip();
                    assertThat(EventJson.encode(golden.getValue())).isEqualTo(line);
                    assertThat(EventJson.decode(line)).isEqualTo(golden.getValue());
                }));
    }

    @Test
    void every_type_has_a_golden_file_and_every_file_an_event() throws IOException {
        assertThat(EVENTS.values().stream()
                        .<Class<?>>map(event -> event.payload().getClass())
                        .distinct())
                .containsExactlyInAnyOrder(Payload.class.getPermittedSubclasses());
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(EVENTS.keySet());
        }
    }
}
