package dev.aideator.local;

import dev.aideator.events.AttemptFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

class LeftOverRunnersTest {

    @TempDir
    Path attempts;

    @Test
    void ends_a_process_whose_number_and_start_time_match() throws Exception {
        Process runner = new ProcessBuilder("sleep", "600").start();
        writePidFile(0, runner.pid() + " " + ProcessIdentity.startedAt(runner.toHandle()) + "\n");

        assertThat(LeftOverRunners.end(attempts)).isEqualTo(1);
        assertThat(runner.isAlive()).isFalse();
        assertThat(LeftOverRunners.find(attempts)).isEmpty();
    }

    @Test
    void leaves_a_stranger_alone_that_was_given_the_same_number() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            writePidFile(0, stranger.pid() + " 1767225600000\n");
            writePidFile(1, "");
            assertThat(LeftOverRunners.end(attempts)).isZero();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void finds_none_before_the_first_run() {
        assertThat(LeftOverRunners.find(attempts.resolve("not-there"))).isEmpty();
    }

    private void writePidFile(int variation, String content) throws IOException {
        AttemptFolder attempt = AttemptFolder.of(attempts, "a-run", variation, 1);
        Files.createDirectories(attempt.path());
        Files.writeString(attempt.pid(), content);
    }
}
