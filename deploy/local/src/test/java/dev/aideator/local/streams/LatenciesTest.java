package dev.aideator.local.streams;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

class LatenciesTest {

    @Test
    void a_share_of_durations_is_at_most_three_percent_off() {
        Latencies latencies = new Latencies();
        for (long micros = 1; micros <= 10_000; micros++) {
            latencies.add(micros * 1000);
        }

        assertThat(latencies.at(0.50)).isCloseTo(5_000_000, withinPercentage(3.2));
        assertThat(latencies.at(0.99)).isCloseTo(9_900_000, withinPercentage(3.2));
    }

    @Test
    void none_is_zero() {
        assertThat(new Latencies().at(0.99)).isZero();
    }
}
