package dev.aideator.local.streams;

/** What one server did in one round of a measurement; durations in nanoseconds. */
record Round(
        long delivered,
        long lost,
        long repeated,
        long nanos,
        long serverNanos,
        long clientNanos,
        long machineNanos,
        long p50,
        long p99) {

    double perSecond() {
        return delivered * 1e9 / nanos;
    }

    /** Microseconds of the server's processor time. */
    double microsPerDelivery() {
        return delivered == 0 ? Double.NaN : serverNanos / 1e3 / delivered;
    }

    /** Processors that the server kept busy. */
    double serverShare() {
        return (double) serverNanos / nanos;
    }

    double clientShare() {
        return (double) clientNanos / nanos;
    }

    /** With everything that had nothing to do with it. */
    double machineShare() {
        return (double) machineNanos / nanos;
    }

    double seconds() {
        return nanos / 1e9;
    }

    double p50Millis() {
        return p50 / 1e6;
    }

    double p99Millis() {
        return p99 / 1e6;
    }
}
