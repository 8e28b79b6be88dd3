package dev.aideator.gateway.sse;

import dev.aideator.events.EntryId;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.function.Function;

import static org.assertj.core.api.Assertions.assertThat;

/** Anybody may send any Last-Event-ID: it is a position, which is written as it is read, or a sentence for the sender. */
class RunPositionsFuzzTest {

    private static final int ROUNDS = 50_000;
    private static final String ALPHABET = "0123456789:-,;=run aZ_.+\n\r\t\0é\u2028\ud83d\uffff";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    private Position position() {
        Position position = Position.START;
        for (int part = random.nextInt(8); part > 0; part--) {
            Producer producer = random.nextInt(4) == 0 ? Producer.RUN : Producer.variation(random.nextInt(9999));
            position = position.with(producer, new EntryId(random.nextInt(1000), Math.abs(random.nextLong() >> 16)));
        }
        return position;
    }

    private String positions() {
        StringBuilder text = new StringBuilder();
        for (int run = random.nextInt(25); run > 0; run--) {
            text.append("run-")
                    .append(random.nextInt(100))
                    .append('=')
                    .append(position())
                    .append(run > 1 ? ";" : "");
        }
        return text.toString();
    }

    private String damaged(String text) {
        StringBuilder damaged = new StringBuilder(text);
        for (int times = random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(damaged.length() + 1);
            char letter = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            switch (random.nextInt(4)) {
                case 0 -> damaged.insert(at, letter);
                case 1 -> damaged.setLength(at);
                case 2 -> damaged.append(damaged.substring(at));
                default -> {
                    if (at < damaged.length()) {
                        damaged.setCharAt(at, letter);
                    }
                }
            }
        }
        return damaged.toString();
    }

    private void isWrittenAsItIsReadOrRefused(String text, Function<String, ?> parse) {
        Object read;
        try {
            read = parse.apply(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).as("seed %d: %s", seed, text).isNotBlank();
            return;
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + text, e);
        }
        assertThat(parse.apply(read.toString())).as("seed %d: %s", seed, text).isEqualTo(read);
    }

    @Test
    void positions_of_one_run() {
        for (int round = 0; round < ROUNDS; round++) {
            Position position = position();
            assertThat(Position.parse(position.toString())).isEqualTo(position);
            isWrittenAsItIsReadOrRefused(damaged(position.toString()), Position::parse);
        }
    }

    @Test
    void positions_of_several_runs() {
        for (int round = 0; round < ROUNDS / 10; round++) {
            String text = positions();
            isWrittenAsItIsReadOrRefused(text, RunPositions::parse);
            isWrittenAsItIsReadOrRefused(damaged(text), RunPositions::parse);
        }
    }
}
