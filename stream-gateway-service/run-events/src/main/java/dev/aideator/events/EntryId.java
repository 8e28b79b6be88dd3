package dev.aideator.events;

import java.util.Comparator;

/**
 * Where an entry stands in a producer's stream: {@code epoch} counts attempts from 1, {@code seq} counts events in an
 * epoch from 1. Written {@code epoch-seq}, as Redis writes stream ids.
 */
public record EntryId(long epoch, long seq) implements Comparable<EntryId> {

    /** Before everything. */
    public static final EntryId START = new EntryId(0, 0);

    /** The seq of a seal: more events than this no attempt has. */
    public static final long SEAL_SEQ = 4294967295L;

    private static final Comparator<EntryId> ORDER =
            Comparator.comparingLong(EntryId::epoch).thenComparingLong(EntryId::seq);

    public EntryId {
        if (epoch < 0 || seq < 0) {
            throw new IllegalArgumentException("An entry id has no negative parts: " + epoch + "-" + seq);
        }
    }

    /** Throws IllegalArgumentException for anything that is not {@code epoch-seq}. */
    public static EntryId parse(String text) {
        int dash = text.indexOf('-');
        return new EntryId(number(text, 0, dash), number(text, dash + 1, text.length()));
    }

    private static long number(String text, int from, int to) {
        // 15 digits fit every number that Lua and JavaScript hold exactly.
        if (to <= from || to - from > 15) {
            throw new IllegalArgumentException("Not an entry id of the form epoch-seq: " + text);
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("Not an entry id of the form epoch-seq: " + text);
            }
            number = number * 10 + digit;
        }
        return number;
    }

    public boolean isSeal() {
        return seq == SEAL_SEQ;
    }

    public EntryId next() {
        return new EntryId(epoch, seq + 1);
    }

    public boolean isAfter(EntryId other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(EntryId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return epoch + "-" + seq;
    }
}
