package dev.aideator.agent.publish;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class OutputPiecesTest {

    private final OutputPieces pieces = new OutputPieces();

    @Test
    void long_output_is_cut_between_characters() {
        String text = "é".repeat(10_000) + "👍".repeat(10_000) + "x";
        pieces.add(text);

        List<String> cut = pieces.rest();

        assertThat(String.join("", cut)).isEqualTo(text);
        assertThat(cut).hasSizeGreaterThan(1).allSatisfy(piece -> {
            byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
            assertThat(bytes).hasSizeLessThanOrEqualTo(OutputPieces.MAX_BYTES);
            assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(piece);
        });
    }

    @Test
    void half_a_pair_waits_for_its_other_half() {
        pieces.add("a\uD83D");
        assertThat(pieces.soFar()).containsExactly("a");
        pieces.add("\uDC4D!");
        assertThat(pieces.soFar()).containsExactly("👍!");
    }

    @Test
    void half_a_pair_that_stays_alone_is_replaced() {
        pieces.add("a\uD83Db\uDC4Dc\uD83D");
        assertThat(String.join("", pieces.rest())).isEqualTo("a\uFFFDb\uFFFDc\uFFFD");
    }

    @Test
    void log_lines_are_told_whole_and_long_ones_in_parts() {
        LogLines lines = new LogLines();
        assertThat(lines.add("one\ntw")).containsExactly("one");
        assertThat(lines.add("o\r\n\n\nthree")).containsExactly("two");
        assertThat(lines.rest()).containsExactly("three");
        assertThat(lines.add("x".repeat(20_000))).hasSize(2);
        assertThat(lines.rest().getFirst()).hasSize(20_000 - 2 * (8 << 10));
    }
}
