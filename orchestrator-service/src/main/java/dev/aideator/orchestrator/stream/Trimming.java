package dev.aideator.orchestrator.stream;

import dev.aideator.events.EntryId;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Which of one producer's archived events may leave Redis: all but the newest, for viewers who are a little behind.
 * Owned by one thread.
 */
public final class Trimming {

    private record Chunk(EntryId last, long chars) {}

    private final long keep;
    private final Deque<Chunk> kept = new ArrayDeque<>();
    private long chars;

    /** {@code keep}: how many characters of archived events stay, at least. */
    public Trimming(long keep) {
        this.keep = keep;
    }

    /**
     * Further events were archived, up to {@code last} and so many characters long. The oldest event that has to stay,
     * when some before it may go.
     */
    public Optional<EntryId> archived(EntryId last, long length) {
        kept.add(new Chunk(last, length));
        chars += length;
        EntryId gone = null;
        while (kept.size() > 1 && chars - kept.element().chars() >= keep) {
            Chunk oldest = kept.remove();
            chars -= oldest.chars();
            gone = oldest.last();
        }
        return Optional.ofNullable(gone).map(EntryId::next);
    }
}
