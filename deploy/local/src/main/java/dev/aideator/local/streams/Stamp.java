package dev.aideator.local.streams;

/**
 * What the bench writes into each event: a tilde, which nothing else in a stream has, then the event's number among its
 * run's from 1 (8 hexadecimal digits) and {@link System#nanoTime} when it was due (16), which all processes of
 * a machine share on Linux. So the same client can read every server's stream, whatever is around it.
 */
final class Stamp {

    static final byte MARK = '~';
    static final int NUMBER_DIGITS = 8;
    static final int DIGITS = NUMBER_DIGITS + 16;

    private Stamp() {}

    /** {@code length} characters that begin with the stamp. */
    static String text(int number, long nanos, int length) {
        String stamp = "~%08x%016x".formatted(number, nanos);
        return stamp + "x".repeat(Math.max(0, length - stamp.length()));
    }
}
