package dev.aideator.orchestrator.edge;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TextsTest {

    @Test
    void keeps_all_that_a_database_can_keep() {
        String text = "a\u0001\u001b[31m<b>\u202e😀\uffff\r\n";
        assertThat(Texts.kept(text)).isSameAs(text);
    }

    @Test
    void replaces_nul_and_halves_of_pairs() {
        assertThat(Texts.kept("a\0b")).isEqualTo("a\uFFFDb");
        assertThat(Texts.kept("\ud83d")).isEqualTo("\uFFFD");
        assertThat(Texts.kept("\ude00x\ud83d\ud83d\ude00")).isEqualTo("\uFFFDx\uFFFD😀");
    }

    @Test
    void shows_a_short_line_without_control_characters() {
        assertThat(Texts.shown("a\nb\u001b")).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(Texts.shown("😀".repeat(101))).isEqualTo("😀".repeat(100) + "…");
    }
}
