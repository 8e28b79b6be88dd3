package dev.aideator.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Agents speaking in turns, and what happens meanwhile: all of it follows from the seed. */
final class Talk {

    /** More than an event holds, so that it becomes several. */
    private static final int LONG = 40_000;

    private static final int ONE_IN_IS_LONG = 200;
    private static final String ALPHABET = "abcdefghijklmnop éü€👍\n\"\\";
    private static final int[] CHARACTERS = ALPHABET.codePoints().toArray();

    private final Random random;
    private final List<Agent> agents;
    private final int pieces;
    private final long betweenNanos;
    private int most = 200;
    private List<Agent> joining = List.of();
    private final TreeMap<Integer, List<Runnable>> happenings = new TreeMap<>();

    /** {@code pieces} in all, over about {@code millis}. */
    Talk(Random random, List<Agent> agents, int pieces, long millis) {
        this.random = random;
        this.agents = agents;
        this.pieces = pieces;
        this.betweenNanos = TimeUnit.MILLISECONDS.toNanos(millis) / pieces;
    }

    /** Lets something happen after that part of the talk, 0 to 1. */
    Talk at(double part, Runnable happening) {
        happenings
                .computeIfAbsent((int) (part * pieces), it -> new ArrayList<>())
                .add(happening);
        return this;
    }

    /** The same somewhere in the middle half. */
    Talk somewhere(Runnable happening) {
        return at(0.25 + random.nextDouble() / 2, happening);
    }

    /** Lets something happen {@code times} times, anywhere. */
    Talk often(int times, Runnable happening) {
        for (int i = 0; i < times; i++) {
            at(random.nextDouble(), happening);
        }
        return this;
    }

    /** Lets pieces have up to so many characters, but for one now and then. */
    Talk upTo(int characters) {
        most = characters;
        return this;
    }

    /** Also of those who are in this list when they are to speak. */
    Talk joinedBy(List<Agent> others) {
        joining = others;
        return this;
    }

    private Agent next() {
        int who = random.nextInt(agents.size() + joining.size());
        return who < agents.size() ? agents.get(who) : joining.get(who - agents.size());
    }

    /** Returns when everything was said; nobody has ended. */
    void speak() {
        long due = System.nanoTime();
        for (int i = 0; i < pieces; i++) {
            happenings.getOrDefault(i, List.of()).forEach(Runnable::run);
            next().say(piece());
            due += betweenNanos;
            // Only the pace of speaking: nothing is concluded from it.
            LockSupport.parkNanos(due - System.nanoTime());
        }
        for (Map.Entry<Integer, List<Runnable>> rest :
                happenings.tailMap(pieces).entrySet()) {
            rest.getValue().forEach(Runnable::run);
        }
    }

    private String piece() {
        int length = 1 + random.nextInt(random.nextInt(ONE_IN_IS_LONG) == 0 ? LONG : most);
        StringBuilder piece = new StringBuilder(length + 1);
        while (piece.length() < length) {
            piece.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return piece.toString();
    }
}
