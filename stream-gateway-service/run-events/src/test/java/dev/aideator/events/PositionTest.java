package dev.aideator.events;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PositionTest {

    private static final Producer FIRST = Producer.variation(0);

    @ParameterizedTest
    @ValueSource(strings = {"", "0:1-42", "0:1-42,1:1-17,run:1-9", "0:2-0,10:1-1,run:1-1"})
    void is_written_as_it_was_read(String text) {
        assertThat(Position.parse(text)).hasToString(text);
    }

    @Test
    void is_written_in_one_order_however_it_came() {
        assertThat(Position.parse("run:1-9,10:1-1,2:1-1")).hasToString("2:1-1,10:1-1,run:1-9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "0",
                "0:",
                "0:1",
                "0:1-",
                "0:-1",
                "0:1-2,",
                ",",
                "0:1-2,0:1-3",
                "00:1-2",
                "-1:1-2",
                "0:1-2-3",
                "Run:1-1",
                "0:1-9999999999999999999",
                "0: 1-2",
                "0:١-٢",
                "99999:1-1"
            })
    void a_malformed_one_is_an_illegal_argument(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Position.parse(text));
    }

    @Test
    void a_hostile_number_of_parts_is_an_illegal_argument() {
        assertThatIllegalArgumentException().isThrownBy(() -> Position.parse("0:1-1,".repeat(100_000)));
    }

    @Test
    void a_producer_without_a_part_stands_at_its_beginning() {
        assertThat(Position.START.of(FIRST)).isEqualTo(EntryId.START);
        assertThat(Position.START.has(FIRST, new EntryId(1, 1))).isFalse();
    }

    @Test
    void has_what_is_behind_it_in_its_own_part_and_every_older_epoch() {
        Position position = Position.parse("0:2-5");

        assertThat(position.has(FIRST, new EntryId(2, 5))).isTrue();
        assertThat(position.has(FIRST, new EntryId(1, 4_000))).isTrue();
        assertThat(position.has(FIRST, new EntryId(2, 6))).isFalse();
        assertThat(position.has(Producer.RUN, new EntryId(1, 1))).isFalse();
    }

    @Test
    void the_maximum_is_taken_part_by_part() {
        assertThat(Position.parse("0:1-9,1:2-1").max(Position.parse("0:1-3,1:2-4,run:1-1")))
                .isEqualTo(Position.parse("0:1-9,1:2-4,run:1-1"));
    }

    @Test
    void reaches_another_only_in_every_part() {
        assertThat(Position.parse("0:1-9,1:1-1").reaches(Position.parse("0:1-9")))
                .isTrue();
        assertThat(Position.parse("0:1-9").reaches(Position.parse("0:1-8,1:1-1")))
                .isFalse();
    }
}
