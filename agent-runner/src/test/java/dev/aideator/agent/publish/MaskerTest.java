package dev.aideator.agent.publish;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class MaskerTest {

    @Test
    void a_secret_is_masked_wherever_the_pieces_are_cut() {
        String text = "key=sk-12345678 and again sk-12345678.";
        for (int cut = 0; cut <= text.length(); cut++) {
            assertThat(fed(Set.of("sk-12345678"), text.substring(0, cut), text.substring(cut)))
                    .isEqualTo("key=*** and again ***.");
        }
    }

    @Test
    void what_may_become_a_secret_is_held_back_and_the_rest_is_not() {
        Masker masker = new Masker(Set.of("secret"));
        assertThat(masker.feed("a sec")).isEqualTo("a ");
        assertThat(masker.feed("ond")).isEqualTo("second");
        assertThat(masker.feed(" secre")).isEqualTo(" ");
        assertThat(masker.finish()).isEqualTo("secre");
    }

    @Test
    void secrets_that_overlap_leave_no_end_over() {
        assertThat(Masker.mask("xabcdefy", Set.of("abcd", "cdef"))).isEqualTo("x***y");
        assertThat(Masker.mask("xabcdefy", Set.of("abcdef", "bcd"))).isEqualTo("x***y");
        assertThat(Masker.mask("aaaaaaaa", Set.of("aaaa"))).isEqualTo("***");
    }

    @Test
    void masking_piece_by_piece_is_masking_the_whole_text() {
        Random random = new Random(42);
        for (int round = 0; round < 3000; round++) {
            // given secrets and a text of few letters, so that they meet, repeat and overlap
            Set<String> secrets = Set.copyOf(List.of(word(random), word(random), word(random)));
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                text.append(random.nextInt(4) == 0 ? secrets.iterator().next() : letter(random));
            }
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < text.length(); ) {
                int end = Math.min(text.length(), at + random.nextInt(6));
                pieces.add(text.substring(at, end));
                at = end;
            }

            // then it makes no difference where it was cut
            String whole = Masker.mask(text.toString(), secrets);
            assertThat(fed(secrets, pieces.toArray(String[]::new))).isEqualTo(whole);
            secrets.forEach(secret -> assertThat(whole).doesNotContain(secret));
        }
    }

    private static String fed(Set<String> secrets, String... pieces) {
        Masker masker = new Masker(secrets);
        StringBuilder shown = new StringBuilder();
        for (String piece : pieces) {
            shown.append(masker.feed(piece));
        }
        return shown.append(masker.finish()).toString();
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < 4 + random.nextInt(5); i++) {
            word.append(letter(random));
        }
        return word.toString();
    }

    private static char letter(Random random) {
        return (char) ('a' + random.nextInt(3));
    }
}
