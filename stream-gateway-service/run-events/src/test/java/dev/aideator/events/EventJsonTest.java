package dev.aideator.events;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EventJsonTest {

    private static final String LINE = """
            {"run_id":"r","variation_id":"3","type":"agent_output","epoch":2,"seq":9,\
            "timestamp":"2026-01-10T10:30:00Z","content":"hello","later":{"field":[1,{"type":"gap"}]}}""";

    @Test
    void fields_of_a_later_version_are_ignored() {
        Event event = EventJson.decode(LINE);

        assertThat(event.payload()).isEqualTo(new Payload.AgentOutput("hello"));
    }

    @Test
    void the_header_is_read_without_what_stands_in_nested_fields() {
        assertThat(EventJson.header(LINE))
                .isEqualTo(new EventJson.Header("r", Producer.variation(3), "agent_output", new EntryId(2, 9)));
    }

    @Test
    void whatever_text_holds_an_event_stays_one_line() {
        String hostile = "line\r\ndata: x\n\nid: 7\u0000\u2028\u2029\ud800 end";

        String line = EventJson.encode(new Event(
                "r", Producer.variation(0), new EntryId(1, 1), Instant.EPOCH, new Payload.AgentOutput(hostile)));

        assertThat(line).doesNotContain("\n", "\r");
        assertThat(((Payload.AgentOutput) EventJson.decode(line).payload()).content())
                .startsWith("line\r\ndata: x\n\nid: 7\u0000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "text",
                "{\"run_id\":\"r\"",
                "{\"run_id\":\"r\",\"variation_id\":3}",
                "{\"run_id\":\"r\",\"variation_id\":\"x\"}",
                "{\"run_id\":\"r\",\"epoch\":\"1\",\"seq\":1}",
                "{\"run_id\":\"r\",\"epoch\":1,\"seq\":1.5}",
                "{\"run_id\":\"r\",\"epoch\":1,\"seq\":99999999999999999999}",
                "{\"run_id\":\"r\"} {\"run_id\":\"other\"}",
            })
    void a_line_that_is_no_event_is_an_illegal_argument(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> EventJson.header(line));
        assertThatIllegalArgumentException().isThrownBy(() -> EventJson.decode(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"content\":\"Test message\"}", "{\"run_id\":\"r\",\"epoch\":1}"})
    void a_message_without_epoch_and_seq_has_no_id(String line) {
        assertThat(EventJson.header(line).id()).isNull();
    }
}
