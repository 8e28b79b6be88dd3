package dev.aideator.orchestrator.job.kubernetes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(30)
class PodLogTest {

    private static final String EVENT = """
            {"run_id":"r","variation_id":"0","type":"agent_output","epoch":1,"seq":%d,\
            "timestamp":"2026-01-10T10:30:00.123Z","content":"%s"}""";

    private final List<Optional<Instant>> asked = new ArrayList<>();

    private static String line(int second, String text) {
        return "2026-01-10T10:30:%02d.5Z %s\n".formatted(second, text);
    }

    private PodLog log(InputStream content, Duration longestLook) {
        return new PodLog(
                since -> {
                    asked.add(since);
                    return Optional.of(content);
                },
                Clock.systemUTC(),
                longestLook);
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_no_event_is_passed_over_however_long() {
        List<Long> taken = new ArrayList<>();
        log(
                        bytes(line(1, EVENT.formatted(1, "one")) + line(2, "x".repeat(20 << 20)) + "torn\n"
                                + line(3, EVENT.formatted(2, "two"))),
                        Duration.ofSeconds(20))
                .read(event -> taken.add(event.id().seq()));
        assertThat(taken).containsExactly(1L, 2L);
        assertThat(asked).containsExactly(Optional.empty());
    }

    @Test
    void a_log_that_stalls_is_left() {
        List<Long> taken = new ArrayList<>();
        InputStream told = bytes(line(1, EVENT.formatted(1, "one")));
        PodLog log = log(new SequenceInputStream(told, new Silent()), Duration.ofMillis(300));

        assertThatThrownBy(() -> log.read(event -> taken.add(event.id().seq())))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(taken).containsExactly(1L);
    }

    /** Says nothing until it is closed, as a connection does behind which nobody is any more. */
    private static final class Silent extends InputStream {
        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public int read() throws IOException {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
