package dev.aideator.local.streams;

/** What one server that was just started did with connections that wait; {@code ready} in nanoseconds. */
record IdleRound(long ready, double acceptsPerSecond, double bytesPerConnection, int failed) {

    double readyMillis() {
        return ready / 1e6;
    }
}
