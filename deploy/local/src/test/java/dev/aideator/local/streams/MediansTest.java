package dev.aideator.local.streams;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MediansTest {

    private final Medians<Double> medians = new Medians<>();

    @Test
    void the_middle_round_speaks_for_all() {
        medians.add("gateway", 1.0);
        medians.add("gateway", 100.0);
        medians.add("gateway", 2.0);

        assertThat(medians.of("gateway", it -> it)).hasValue(2.0);
    }

    @Test
    void of_an_even_number_it_is_between_the_two_in_the_middle() {
        medians.add("gateway", 1.0);
        medians.add("gateway", 2.0);

        assertThat(medians.of("gateway", it -> it)).hasValue(1.5);
    }

    @Test
    void a_server_that_is_not_here_has_none() {
        assertThat(medians.of("nchan memory", it -> it)).isEmpty();
    }
}
