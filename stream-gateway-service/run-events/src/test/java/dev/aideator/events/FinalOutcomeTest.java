package dev.aideator.events;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FinalOutcomeTest {

    @Test
    void is_read_as_it_was_written() {
        FinalOutcome outcome = new FinalOutcome(Outcome.TIMED_OUT, "deadline", "It took \"too long\".", 42);

        assertThat(FinalOutcome.decode(outcome.encode())).isEqualTo(outcome);
    }

    @Test
    void fits_a_termination_message_however_long_the_detail() {
        FinalOutcome outcome = new FinalOutcome(Outcome.FAILED, "exit_code", "long ".repeat(10_000), 1);

        assertThat(outcome.encode().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(4096);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"outcome\":\"compl", "{}", "[]", "{\"outcome\":\"won\"}"})
    void half_a_file_is_no_outcome(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> FinalOutcome.decode(text));
    }
}
