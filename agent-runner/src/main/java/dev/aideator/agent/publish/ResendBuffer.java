package dev.aideator.agent.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The latest events, those that Redis has already too: it may lose its tail and want them again. Bounded; the oldest go
 * first. Not thread-safe.
 */
final class ResendBuffer {

    private final long capacity;
    private final NavigableMap<Long, Kept> events = new TreeMap<>();
    /** What all events together weigh that ever were here. */
    private long total;

    ResendBuffer(long capacity) {
        this.capacity = capacity;
    }

    /** {@code before}: what all events before it weigh. */
    private record Kept(Numbered event, long before) {}

    void add(Numbered event) {
        events.put(event.seq(), new Kept(event, total));
        total += event.weight();
        while (total - events.firstEntry().getValue().before() > capacity && events.size() > 1) {
            events.pollFirstEntry();
        }
    }

    /** The seq of the oldest event that is still here, 1 when there never was one. */
    long first() {
        return events.isEmpty() ? 1 : events.firstKey();
    }

    /** The seq of the newest event, 0 when there never was one. */
    long last() {
        return events.isEmpty() ? 0 : events.lastKey();
    }

    /** In order, from {@code seq} on, at most about as much as is given. */
    List<Numbered> from(long seq, int count, long weight) {
        List<Numbered> batch = new ArrayList<>();
        long taken = 0;
        for (Kept kept : events.tailMap(seq, true).values()) {
            taken += kept.event().weight();
            if (batch.size() == count || (taken > weight && !batch.isEmpty())) {
                break;
            }
            batch.add(kept.event());
        }
        return batch;
    }

    /** What the events from {@code seq} on weigh. */
    long weightFrom(long seq) {
        Map.Entry<Long, Kept> entry = events.ceilingEntry(seq);
        return entry == null ? 0 : total - entry.getValue().before();
    }
}
