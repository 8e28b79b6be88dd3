package dev.aideator.local;

import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class ChildUsageTest {

    @Test
    void a_process_is_measured_from_its_start_to_its_end() throws Exception {
        assumeTrue(ChildUsage.canBeTold(), "There is no /proc here");
        // The program takes the shell's place, keeps 50 MB, and has much to do with them.
        ChildUsage usage = ChildUsage.of(new ProcessBuilder(
                "sh", "-c", "echo first; exec dd if=/dev/zero of=/dev/null bs=50M count=20 2>/dev/null"));

        assertThat(usage.output()).isEqualTo("first\n");
        assertThat(usage.toFirstLine()).isPositive().isLessThan(usage.toExit());
        assertThat(usage.peakBytes()).isBetween(50_000_000L, 100_000_000L);
        assertThat(usage.processorTime()).isBetween(TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(10));
    }
}
