package dev.aideator.local;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one kind. */
final class Samples {

    private final List<Long> nanos = new ArrayList<>();

    void add(long duration) {
        nanos.add(duration);
    }

    /** The smallest duration, in milliseconds, that this share of all does not exceed. */
    double at(double share) {
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return sorted.get(Math.max(0, index)) / 1e6;
    }
}
