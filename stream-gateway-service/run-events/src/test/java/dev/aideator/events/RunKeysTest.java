package dev.aideator.events;

import dev.aideator.events.RunKeys.Channel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RunKeysTest {

    private final RunKeys keys = new RunKeys("load-test");

    @Test
    void names_are_the_documented_ones() {
        assertThat(keys.events(Producer.variation(2))).isEqualTo("run:{load-test}:events:2");
        assertThat(keys.events(Producer.RUN)).isEqualTo("run:{load-test}:events:run");
        assertThat(keys.output(0)).isEqualTo("run:load-test:output:0");
        assertThat(keys.logs(1)).isEqualTo("run:load-test:logs:1");
        assertThat(keys.status()).isEqualTo("run:load-test:status");
        assertThat(keys.control()).isEqualTo("run:load-test:control");
    }

    @Test
    void a_channel_says_whose_it_is() {
        assertThat(Channel.parse("run:load-test:logs:1"))
                .contains(new Channel("load-test", Channel.Kind.LOGS, Producer.variation(1)));
        assertThat(Channel.parse("run:load-test:status"))
                .contains(new Channel("load-test", Channel.Kind.STATUS, Producer.RUN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run:",
                "run:a",
                "run:a:output",
                "run:a:output:",
                "run:a:output:x",
                "run:a:status:0",
                "run::status",
                "run:a b:status",
                "run:{a}:events:0",
                "xrun:a:status",
                "run:a:output:0\n"
            })
    void anything_else_is_no_channel(String name) {
        assertThat(Channel.parse(name)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b", "a*", "../a", "ä", "a\n"})
    void an_id_that_would_change_a_key_is_an_illegal_argument(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> new RunKeys(id));
        assertThatIllegalArgumentException().isThrownBy(() -> new RunKeys("a".repeat(65)));
    }
}
