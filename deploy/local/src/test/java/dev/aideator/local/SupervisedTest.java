package dev.aideator.local;

import dev.aideator.servers.ChildProcess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class SupervisedTest {

    @TempDir
    Path folder;

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    @Test
    void who_dies_is_started_again_and_that_is_told() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        Path pid = folder.resolve("pid");
        try (Supervised sleeper = supervised(() -> {
            starts.incrementAndGet();
            return run("echo $$ >'" + pid + "'; exec sleep 600");
        })) {
            sleeper.awaitReady(() -> Files.exists(pid));
            await().until(() -> Files.size(pid) > 0);
            long first = Long.parseLong(Files.readString(pid).strip());
            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            await().atMost(Duration.ofSeconds(20)).until(() -> starts.get() == 2 && sleeper.isAlive());
            assertThat(terminal.toString(StandardCharsets.UTF_8)).contains("sleeper ended (exit code 137)");
            assertThat(folder.resolve("stack.log")).content().contains("sleeper ended");
        }
        assertThat(starts).hasValue(2);
    }

    @Test
    void who_cannot_start_is_not_tried_again_but_shown() {
        Supervised broken = supervised(() -> run("echo The tea is cold; exit 3"));
        assertThatThrownBy(() -> broken.awaitReady(() -> false))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("sleeper ended while it started")
                .hasMessageContaining("The tea is cold");
    }

    private Supervised supervised(java.util.function.Supplier<ChildProcess> start) {
        News news = new News(new PrintStream(terminal, true), folder.resolve("stack.log"), Clock.systemUTC());
        return Supervised.start("sleeper", folder.resolve("log"), start, news);
    }

    private ChildProcess run(String script) {
        return ChildProcess.start(
                List.of("sh", "-c", script),
                Map.of(),
                folder.resolve("log"),
                ChildProcess.StopSignal.TERM,
                Duration.ofSeconds(5));
    }
}
