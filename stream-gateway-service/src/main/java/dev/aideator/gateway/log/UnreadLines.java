package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
import dev.aideator.events.StreamEntry;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One attempt's events that came from its log, and that the reader is not yet past. */
final class UnreadLines {

    /** Characters that are kept for the reader before the log is told to wait. */
    private static final long ROOM = 1024 * 1024;

    private final LoggedAttempt attempt;
    private final Deque<StreamEntry.EventEntry> lines = new ArrayDeque<>();
    private long chars;

    /** The last event that the reader is past, and the last that came. */
    private EntryId passed;

    private EntryId last;

    UnreadLines(LoggedAttempt attempt) {
        this.attempt = attempt;
        startOver();
    }

    void startOver() {
        lines.clear();
        chars = 0;
        passed = new EntryId(attempt.epoch(), 0);
        last = passed;
    }

    /** Whether the reader is past what it asks for now. */
    boolean isPast(EntryId after) {
        return passed.isAfter(after) && passed.seq() > 0;
    }

    /** The reader is at {@code after}: what it has it will not ask for again. */
    void pass(EntryId after) {
        while (!lines.isEmpty() && !lines.peek().id().isAfter(after)) {
            chars -= lines.poll().json().length();
        }
        if (after.epoch() == attempt.epoch() && after.isAfter(passed)) {
            passed = after;
            last = after.isAfter(last) ? after : last;
        }
    }

    /** Takes a line of the log: whether it is an event, and one that had not come. */
    boolean take(String line) {
        EntryId id = newId(line);
        if (id == null) {
            return false;
        }
        last = id;
        lines.add(new StreamEntry.EventEntry(id, line));
        chars += line.length();
        return true;
    }

    /** Whether a line of the log is an event that has not come. */
    boolean lacks(String line) {
        return newId(line) != null;
    }

    private EntryId newId(String line) {
        EntryId id = attempt.idOf(line);
        return id != null && id.isAfter(last) ? id : null;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    List<StreamEntry.EventEntry> first(int limit) {
        return lines.stream().limit(limit).toList();
    }

    boolean isFull() {
        return chars >= ROOM;
    }

    boolean hasRoomAgain() {
        return chars < ROOM / 2;
    }
}
