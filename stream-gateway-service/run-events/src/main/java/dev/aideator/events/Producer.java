package dev.aideator.events;

import java.util.regex.Pattern;

/**
 * Who numbers events: one variation's agent, or the run itself, for which the orchestrator speaks. Ordered by
 * variation, the run last.
 */
public record Producer(int index) implements Comparable<Producer> {

    private static final int RUN_INDEX = Integer.MAX_VALUE;
    private static final String RUN_NAME = "run";
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,3}");

    /** The run itself; its epoch is always 1. */
    public static final Producer RUN = new Producer(RUN_INDEX);

    public Producer {
        if (index < 0) {
            throw new IllegalArgumentException("Variations count from 0, not " + index);
        }
    }

    public static Producer variation(int index) {
        return new Producer(index);
    }

    /** From {@code "0"}, {@code "1"}, … or {@code "run"}; throws IllegalArgumentException for anything else. */
    public static Producer parse(String name) {
        if (name.equals(RUN_NAME)) {
            return RUN;
        }
        if (!NUMBER.matcher(name).matches()) {
            throw new IllegalArgumentException("A producer is a variation's number or \"run\", not " + name);
        }
        return new Producer(Integer.parseInt(name));
    }

    public boolean isRun() {
        return index == RUN_INDEX;
    }

    /** As it stands in keys and positions. */
    public String name() {
        return isRun() ? RUN_NAME : Integer.toString(index);
    }

    @Override
    public int compareTo(Producer other) {
        return Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return name();
    }
}
