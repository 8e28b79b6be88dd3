package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload.AgentComplete;
import dev.aideator.orchestrator.run.AttemptRef;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes one attempt's events as they come, from wherever they come, and archives them a chunk at a time. Owned by one
 * thread; other replicas may record the same attempt.
 */
public final class Recorder {

    private static final int CHUNK_CHARS = 256 * 1024;
    private static final Duration CHUNK_AGE = Duration.ofSeconds(2);

    private final Archive archive;
    private final AttemptRef attempt;
    private final Clock clock;

    private final List<EventLine> waiting = new ArrayList<>();
    private int waitingChars;
    private Instant waitingSince;
    private EntryId archived;
    private long archivedChars;
    private EntryId position;
    private AgentComplete complete;

    public Recorder(Archive archive, AttemptRef attempt, Clock clock) {
        this.archive = archive;
        this.attempt = attempt;
        this.clock = clock;
        startFrom(archive.head(attempt.variation()).position());
        lookIntoTheArchive();
    }

    private void startFrom(EntryId head) {
        waiting.clear();
        waitingChars = 0;
        // An earlier attempt's events are archived up to its end before the next one is recorded.
        archived = head.epoch() == attempt.epoch() ? head : new EntryId(attempt.epoch(), 0);
        position = archived;
    }

    /** The last event that was taken, with seq 0 when there was none yet. */
    public EntryId position() {
        return position;
    }

    /** The last event that is archived. */
    public EntryId archived() {
        return archived;
    }

    /** How many characters of events this recorder has archived. */
    public long archivedChars() {
        return archivedChars;
    }

    /** The attempt's own last word, once it has come. */
    public Optional<AgentComplete> complete() {
        return Optional.ofNullable(complete);
    }

    /** Takes an event, or leaves one that it has; false when events are missing before it. */
    public boolean take(EventLine line) {
        if (!line.id().isAfter(position)) {
            return true;
        }
        if (!line.follows(position)) {
            return false;
        }
        if (waiting.isEmpty()) {
            waitingSince = clock.instant();
        }
        waiting.add(line);
        waitingChars += line.json().length();
        position = line.id();
        lookForTheEnd(line);
        if (waitingChars >= CHUNK_CHARS) {
            flush();
        }
        return true;
    }

    private void lookForTheEnd(EventLine line) {
        if (line.id().epoch() == attempt.epoch()
                && "agent_complete".equals(EventJson.header(line.json()).type())) {
            try {
                complete = (AgentComplete) EventJson.decode(line.json()).payload();
            } catch (IllegalArgumentException e) {
                // An outcome of another version, or nobody's: how the process ends tells.
            }
        }
    }

    /** Archives what waited long enough: few large chunks, and little that only Redis has. */
    public void flushWhenDue() {
        if (!waiting.isEmpty() && !clock.instant().isBefore(waitingSince.plus(CHUNK_AGE))) {
            flush();
        }
    }

    /**
     * Archives all that was taken. False when another replica was faster: then this one goes on from where the archive
     * is, and what it had taken past that is to be taken again.
     */
    public boolean flush() {
        if (waiting.isEmpty()) {
            return true;
        }
        EntryId wanted = position;
        int chars = waitingChars;
        startFrom(archive.append(attempt, waiting).position());
        archivedChars += chars;
        if (position.equals(wanted)) {
            return true;
        }
        complete = null;
        lookIntoTheArchive();
        return false;
    }

    private void lookIntoTheArchive() {
        if (archived.seq() > 0) {
            EntryId before = new EntryId(archived.epoch(), archived.seq() - 1);
            archive.read(attempt.variation(), before, 1, 1).forEach(this::lookForTheEnd);
        }
    }
}
