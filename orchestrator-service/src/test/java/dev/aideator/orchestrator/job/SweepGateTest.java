package dev.aideator.orchestrator.job;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(20)
class SweepGateTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    private final SweepGate gate = new SweepGate();
    private final AtomicInteger swept = new AtomicInteger();

    @Test
    void a_sweep_that_comes_after_the_end_is_left_out_at_once() throws InterruptedException {
        gate.pass(swept::incrementAndGet);
        assertThat(gate.close(LONG)).isTrue();

        Thread late = Thread.ofVirtual().start(() -> gate.pass(swept::incrementAndGet));

        assertThat(late.join(LONG)).isTrue();
        assertThat(swept).hasValue(1);
    }

    @Test
    void the_end_waits_for_a_sweep_that_is_under_way() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Thread sweep = Thread.ofVirtual()
                .start(() -> gate.pass(() -> {
                    begun.countDown();
                    awaitQuietly(go);
                    swept.incrementAndGet();
                }));
        begun.await();

        assertThat(gate.close(Duration.ofMillis(1))).isFalse();
        go.countDown();

        assertThat(gate.close(LONG)).isTrue();
        assertThat(swept).hasValue(1);
        sweep.join();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
