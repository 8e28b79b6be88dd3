package dev.aideator.agent.end;

import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutcomeFileTest {

    @TempDir
    Path folder;

    private final FinalOutcome outcome = new FinalOutcome(Outcome.COMPLETED, "finished", "The agent finished.", 7);

    @Test
    void there_is_all_of_it_or_nothing() throws IOException {
        Path file = folder.resolve("new/outcome.json");
        new OutcomeFile(file).write(outcome);
        assertThat(FinalOutcome.decode(Files.readString(file))).isEqualTo(outcome);
        assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
        assertThat(Files.list(file.getParent())).hasSize(1);
    }

    @Test
    void a_file_beside_which_nothing_can_be_made_is_written_in_place() throws IOException {
        Path file = folder.resolve("termination-log");
        Files.writeString(file, "something longer that stood there before ".repeat(10));
        Object before = Files.readAttributes(file, "unix:ino").get("ino");
        nothingCanBeMadeBeside(file);

        new OutcomeFile(file).write(outcome);

        assertThat(FinalOutcome.decode(Files.readString(file))).isEqualTo(outcome);
        assertThat(Files.readAttributes(file, "unix:ino").get("ino")).isEqualTo(before);
    }

    @Test
    void a_termination_message_has_at_most_4096_bytes() throws IOException {
        Path file = folder.resolve("termination-log");
        for (String detail :
                new String[] {"é👍".repeat(1000), "\u0001".repeat(2000), "漢".repeat(2000), "x".repeat(9000)}) {
            new OutcomeFile(file).write(new FinalOutcome(Outcome.FAILED, "exit_code", detail, 9));
            assertThat(Files.size(file)).isBetween(2000L, 4096L);
            assertThat(FinalOutcome.decode(Files.readString(file)).detail()).isNotEmpty();
            assertThat(detail)
                    .startsWith(FinalOutcome.decode(Files.readString(file)).detail());
        }
    }

    @Test
    void where_there_is_no_file_the_failure_is_told() throws IOException {
        Path file = folder.resolve("outcome.json");
        nothingCanBeMadeBeside(file);
        assertThatThrownBy(() -> new OutcomeFile(file).write(outcome)).isInstanceOf(IOException.class);
    }

    /** Rights would not do: root may write anywhere. */
    private static void nothingCanBeMadeBeside(Path file) throws IOException {
        Files.createDirectories(file.resolveSibling(file.getFileName() + ".new").resolve("in the way"));
    }
}
