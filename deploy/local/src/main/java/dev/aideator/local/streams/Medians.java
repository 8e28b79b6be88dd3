package dev.aideator.local.streams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The rounds of one measurement by server, in the order in which servers came. */
final class Medians<R> {

    private final Map<String, List<R>> rounds = new LinkedHashMap<>();

    void add(String server, R round) {
        rounds.computeIfAbsent(server, _ -> new ArrayList<>()).add(round);
    }

    Iterable<String> servers() {
        return rounds.keySet();
    }

    List<R> rounds(String server) {
        return rounds.getOrDefault(server, List.of());
    }

    /** The middle one, or the mean of the two in the middle; nothing of a server that was not measured. */
    Optional<Double> of(String server, ToDoubleFunction<R> figure) {
        double[] sorted = rounds(server).stream().mapToDouble(figure).sorted().toArray();
        if (sorted.length == 0) {
            return Optional.empty();
        }
        return Optional.of((sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2);
    }
}
