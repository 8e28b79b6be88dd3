package dev.aideator.orchestrator.stream;

import dev.aideator.events.EntryId;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TrimmingTest {

    private final Trimming trimming = new Trimming(100);

    @Test
    void nothing_goes_before_enough_is_behind_it() {
        assertThat(trimming.archived(new EntryId(1, 5), 60)).isEmpty();
        assertThat(trimming.archived(new EntryId(1, 9), 60)).isEmpty();
    }

    @Test
    void a_chunk_goes_when_those_behind_it_are_enough() {
        trimming.archived(new EntryId(1, 5), 60);
        trimming.archived(new EntryId(1, 9), 60);

        assertThat(trimming.archived(new EntryId(1, 12), 40)).contains(new EntryId(1, 6));
        assertThat(trimming.archived(new EntryId(1, 13), 10)).isEmpty();
    }

    @Test
    void the_newest_chunk_stays_even_where_nothing_has_to() {
        Trimming nothing = new Trimming(0);

        assertThat(nothing.archived(new EntryId(1, 5), 60)).isEmpty();
        assertThat(nothing.archived(new EntryId(1, 9), 60)).contains(new EntryId(1, 6));
    }

    @Test
    void many_go_at_once_and_the_last_chunk_stays_however_long_it_is() {
        trimming.archived(new EntryId(1, 5), 30);
        trimming.archived(new EntryId(1, 9), 30);

        assertThat(trimming.archived(new EntryId(1, 10), 1_000)).contains(new EntryId(1, 10));
        assertThat(trimming.archived(new EntryId(1, 11), 10)).isEmpty();
    }
}
