package dev.aideator.faults;

import java.util.stream.LongStream;

/** Of the rounds to be played: {@code faults.rounds} many, the first with {@code faults.seed}, each next one higher. */
final class Seeds {

    private Seeds() {}

    static LongStream all() {
        long first = Long.getLong("faults.seed", 1);
        return LongStream.range(first, first + Integer.getInteger("faults.rounds", 2));
    }
}
