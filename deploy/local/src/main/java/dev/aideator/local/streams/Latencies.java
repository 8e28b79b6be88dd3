package dev.aideator.local.streams;

/** How many durations there were of which length, each at most 3 % off; a sample costs an increment. */
final class Latencies {

    private static final int STEPS_BITS = 5;
    private static final int STEPS = 1 << STEPS_BITS;

    private final long[] counts = new long[Long.SIZE * STEPS];
    private long all;

    void add(long nanos) {
        counts[bucket(Math.max(STEPS, nanos))]++;
        all++;
    }

    long count() {
        return all;
    }

    /** The smallest duration, in nanoseconds, that this share of all does not exceed; 0 without any. */
    long at(double share) {
        long wanted = (long) Math.ceil(share * all);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && counts[i] > 0) {
                int power = i / STEPS;
                return (1L << power) + ((long) (i % STEPS + 1) << (power - STEPS_BITS));
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int step = (int) (nanos >>> (power - STEPS_BITS)) & (STEPS - 1);
        return power * STEPS + step;
    }
}
