package dev.aideator.faults;

/** From when an agent said something to when a viewer had it, in milliseconds. Used by one thread at a time. */
final class Latencies {

    private static final int LONGEST = 60_000;

    private int[] counts = new int[LONGEST + 1];
    private int all;

    void add(long millis) {
        counts[Math.clamp(millis, 0, LONGEST)]++;
        all++;
    }

    /** Of those since it was asked last. */
    int p99() {
        int[] counted = counts;
        int rest = all - (int) (all * 0.99);
        counts = new int[LONGEST + 1];
        all = 0;
        for (int millis = LONGEST; millis > 0; millis--) {
            rest -= counted[millis];
            if (rest <= 0) {
                return millis;
            }
        }
        return 0;
    }
}
