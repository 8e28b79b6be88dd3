package dev.aideator.events;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a viewer, a hub or the archive is with every producer of a run, written {@code 0:1-42,1:1-17,run:1-9}. A
 * producer without a part stands at its beginning. Immutable.
 */
public record Position(SortedMap<Producer, EntryId> parts) {

    public static final Position START = new Position(Collections.emptySortedMap());

    /** More producers than a run can have; bounds what a hostile Last-Event-ID costs. */
    private static final int MAX_PARTS = 64;

    public Position {
        parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }

    /** Throws IllegalArgumentException, with a sentence for the sender, for anything that is not a position. */
    public static Position parse(String text) {
        if (text.isEmpty()) {
            return START;
        }
        SortedMap<Producer, EntryId> parts = new TreeMap<>();
        String[] fields = text.split(",", MAX_PARTS + 1);
        if (fields.length > MAX_PARTS) {
            throw new IllegalArgumentException("A position has at most " + MAX_PARTS + " parts");
        }
        for (String part : fields) {
            int colon = part.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("A position looks like 0:1-42,1:1-17,run:1-9, not " + text);
            }
            Producer producer = Producer.parse(part.substring(0, colon));
            if (parts.put(producer, EntryId.parse(part.substring(colon + 1))) != null) {
                throw new IllegalArgumentException("Producer " + producer + " stands twice in position " + text);
            }
        }
        return new Position(parts);
    }

    public EntryId of(Producer producer) {
        return parts.getOrDefault(producer, EntryId.START);
    }

    /** This position with {@code producer} at {@code id}, wherever it stood before. */
    public Position with(Producer producer, EntryId id) {
        SortedMap<Producer, EntryId> changed = new TreeMap<>(parts);
        changed.put(producer, id);
        return new Position(changed);
    }

    /** The later of both, part by part. */
    public Position max(Position other) {
        SortedMap<Producer, EntryId> later = new TreeMap<>(parts);
        other.parts.forEach((producer, id) -> later.merge(producer, id, (a, b) -> a.isAfter(b) ? a : b));
        return new Position(later);
    }

    /** Whether an event with this id is behind or at this position, so that whoever stands here has it. */
    public boolean has(Producer producer, EntryId id) {
        return !id.isAfter(of(producer));
    }

    /** Whether this position is at or past the other in every part. */
    public boolean reaches(Position other) {
        return other.parts.entrySet().stream().allMatch(part -> has(part.getKey(), part.getValue()));
    }

    /** How the position of these parts is written. */
    public static String text(SortedMap<Producer, EntryId> parts) {
        StringBuilder text = new StringBuilder(16 * parts.size());
        parts.forEach((producer, id) -> {
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(producer.name())
                    .append(':')
                    .append(id.epoch())
                    .append('-')
                    .append(id.seq());
        });
        return text.toString();
    }

    @Override
    public String toString() {
        return text(parts);
    }
}
