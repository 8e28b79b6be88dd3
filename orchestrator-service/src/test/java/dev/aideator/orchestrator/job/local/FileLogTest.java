package dev.aideator.orchestrator.job.local;

import dev.aideator.orchestrator.archive.EventLine;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class FileLogTest {

    @TempDir
    Path folder;

    private static String event(int seq) {
        return "{\"run_id\":\"r\",\"variation_id\":\"0\",\"type\":\"agent_output\",\"epoch\":1,\"seq\":" + seq
                + ",\"timestamp\":\"2026-01-10T10:30:00.123Z\",\"content\":\"" + "ü\uD83D\uDE80".repeat(20_000)
                + "\"}\n";
    }

    private Path write(String text) throws IOException {
        return Files.writeString(
                folder.resolve("stdout.jsonl"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static List<Long> read(FileLog log) {
        List<Long> seqs = new ArrayList<>();
        log.read(line -> seqs.add(line.id().seq()));
        return seqs;
    }

    @Test
    void a_log_that_is_not_there_yet_is_empty() {
        assertThat(read(new FileLog(folder.resolve("none")))).isEmpty();
    }

    @Test
    void each_call_gives_what_is_new() throws IOException {
        FileLog log = new FileLog(write(event(1) + event(2)));
        assertThat(read(log)).containsExactly(1L, 2L);
        assertThat(read(log)).isEmpty();
        write(event(3));
        assertThat(read(log)).containsExactly(3L);
    }

    @Test
    void half_a_line_waits_for_its_rest() throws IOException {
        String second = event(2);
        FileLog log = new FileLog(write(event(1) + second.substring(0, 30)));
        assertThat(read(log)).containsExactly(1L);
        write(second.substring(30));
        assertThat(read(log)).containsExactly(2L);
    }

    @Test
    void lines_that_are_no_events_are_skipped() throws IOException {
        FileLog log = new FileLog(write("Picked up JAVA_TOOL_OPTIONS\n\n{}\n" + event(1)));
        assertThat(read(log)).containsExactly(1L);
    }

    @Test
    void a_line_that_a_reader_refused_is_offered_again() throws IOException {
        FileLog log = new FileLog(write(event(1) + event(2) + event(3)));
        List<EventLine> first = new ArrayList<>();
        log.read(line -> {
            first.add(line);
            return false;
        });
        assertThat(first).hasSize(1);
        assertThat(read(log)).containsExactly(1L, 2L, 3L);
    }
}
