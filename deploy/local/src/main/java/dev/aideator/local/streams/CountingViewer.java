package dev.aideator.local.streams;

import java.nio.ByteBuffer;

/**
 * Reads one stream's bytes as they come, in pieces cut anywhere, and takes the stamps out of them. The buffer must be
 * little-endian.
 */
final class CountingViewer {

    private static final long EVERYWHERE = 0x0101010101010101L;
    private static final long MARKS = Stamp.MARK * EVERYWHERE;
    private static final long LOW_BITS = 0x7F * EVERYWHERE;

    private final Latencies latencies;
    private int digitsToCome;
    private long value;
    private int number;
    private int next = 1;
    private int repeated;
    private int garbled;

    CountingViewer(Latencies latencies) {
        this.latencies = latencies;
    }

    int repeated() {
        return repeated;
    }

    /** Stamps with something else in them. */
    int garbled() {
        return garbled;
    }

    /** {@code now}: {@link System#nanoTime} when the bytes arrived. */
    void take(ByteBuffer bytes, long now) {
        int at = bytes.position();
        int end = bytes.limit();
        while (at < end) {
            if (digitsToCome > 0) {
                takeDigit(bytes.get(at++), now);
            } else {
                at = afterNextMark(bytes, at, end);
            }
        }
    }

    /** Eight bytes at a time: at a million events in a second most of the client's work is to look for marks. */
    private int afterNextMark(ByteBuffer bytes, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end) {
            long different = bytes.getLong(at) ^ MARKS;
            long found = ~(((different & LOW_BITS) + LOW_BITS) | different | LOW_BITS);
            if (found != 0) {
                digitsToCome = Stamp.DIGITS;
                return at + (Long.numberOfTrailingZeros(found) >>> 3) + 1;
            }
            at += Long.BYTES;
        }
        while (at < end) {
            if (bytes.get(at++) == Stamp.MARK) {
                digitsToCome = Stamp.DIGITS;
                return at;
            }
        }
        return at;
    }

    private void takeDigit(byte digit, long now) {
        int worth = digit <= '9' ? digit - '0' : digit - 'a' + 10;
        if (worth < 0 || worth > 15) {
            garbled++;
            digitsToCome = 0;
            return;
        }
        value = value << 4 | worth;
        digitsToCome--;
        if (digitsToCome == Stamp.DIGITS - Stamp.NUMBER_DIGITS) {
            number = (int) value;
            value = 0;
        } else if (digitsToCome == 0) {
            count(now);
            value = 0;
        }
    }

    /** An event that was skipped is never counted, as one that comes late is out of order. */
    private void count(long now) {
        if (number < next) {
            repeated++;
            return;
        }
        next = number + 1;
        latencies.add(now - value);
    }
}
