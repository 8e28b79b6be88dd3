package dev.aideator.orchestrator.job;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Payload;
import dev.aideator.events.StreamAnswer;
import dev.aideator.events.StreamEntry;
import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.archive.Recorder;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.stream.ProducerStream;
import dev.aideator.orchestrator.stream.RedisUnavailable;
import dev.aideator.orchestrator.stream.Trimming;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Brings an attempt's events to its recorder: out of Redis or, while that is away, out of the runner's log. At the end
 * it completes the stream and seals it. Owned by one thread.
 */
final class AttemptFollower {

    private static final int BATCH = 500;

    /** How often Redis is asked whether it still knows the attempt. */
    private static final Duration OPEN_AGAIN = Duration.ofSeconds(2);

    private final AttemptRef attempt;
    private final ProducerStream stream;
    private final Recorder recorder;
    private final Trimming trimming;
    private final JobLauncher launcher;
    private final Seals seals;
    private final Failpoints failpoints;
    private final Clock clock;
    private AttemptLog log;
    private Instant openAgainAt = Instant.MIN;
    private long archivedChars;

    /** What Redis need not keep stands before this; null while nothing does. */
    private EntryId keepFrom;

    AttemptFollower(
            AttemptRef attempt,
            ProducerStream stream,
            Recorder recorder,
            Trimming trimming,
            JobLauncher launcher,
            Seals seals,
            Failpoints failpoints,
            Clock clock) {
        this.attempt = attempt;
        this.stream = stream;
        this.recorder = recorder;
        this.trimming = trimming;
        this.launcher = launcher;
        this.seals = seals;
        this.failpoints = failpoints;
        this.clock = clock;
        this.log = launcher.log(attempt);
    }

    /** Takes all that is new, from wherever it can be had. */
    void follow() {
        try {
            openWhenDue();
            followStream();
            trim();
        } catch (RedisUnavailable e) {
            openAgainAt = Instant.MIN;
            log.read(recorder::take);
        }
    }

    /** Opens the attempt, and opens it again behind what is archived when Redis has lost it. */
    private void openWhenDue() {
        Instant now = clock.instant();
        if (now.isBefore(openAgainAt)) {
            return;
        }
        if (attempt.epoch() > 1) {
            // A newer opening would fence the older attempt's seal.
            seals.catchUp();
        }
        stream.open(recorder.archived());
        openAgainAt = now.plus(OPEN_AGAIN);
    }

    private void followStream() {
        EntryId read = recorder.position();
        List<StreamEntry> entries;
        do {
            entries = stream.read(read, BATCH);
            for (StreamEntry entry : entries) {
                switch (entry) {
                    case StreamEntry.EventEntry event -> take(event);
                    case StreamEntry.Opening opening -> {}
                    case StreamEntry.Seal seal -> {}
                }
                read = entry.id();
            }
        } while (entries.size() == BATCH);
    }

    /** A Redis that evicts nothing has to hold what agents say until they end: not what the archive has as well. */
    private void trim() {
        noteArchived();
        if (keepFrom != null) {
            stream.trim(keepFrom);
            keepFrom = null;
        }
    }

    private void noteArchived() {
        long before = archivedChars;
        archivedChars = recorder.archivedChars();
        if (archivedChars > before) {
            trimming.archived(recorder.archived(), archivedChars - before).ifPresent(first -> keepFrom = first);
        }
    }

    private void take(StreamEntry.EventEntry entry) {
        if (entry.id().epoch() == attempt.epoch()) {
            takeAnyway(lineOf(entry));
            noteArchived();
        }
    }

    /** Whoever reaches Redis can write there: what is no event of ours becomes a gap, so that it stops nobody. */
    private EventLine lineOf(StreamEntry.EventEntry entry) {
        try {
            EventLine line = EventLine.parse(entry.json());
            if (line.id().equals(entry.id())) {
                return line;
            }
        } catch (IllegalArgumentException e) {
            // As good as one with another's id.
        }
        return gap(entry.id().seq(), entry.id().seq());
    }

    /** What the stream lacks before this event is in the log, or is gone. */
    private void takeAnyway(EventLine line) {
        if (recorder.take(line)) {
            return;
        }
        launcher.log(attempt).read(recorder::take);
        if (!recorder.take(line)) {
            recorder.take(gap(recorder.position().seq() + 1, line.firstSeq() - 1));
            recorder.take(line);
        }
    }

    /**
     * After the attempt's last event: brings it all to the stream, seals that, and completes the archive. Without
     * Redis, completes the archive from the log. Whether Redis has the seal.
     */
    boolean finish(boolean runnerIsGone) {
        while (true) {
            boolean sealed = completeStream(runnerIsGone);
            if (!sealed) {
                log.read(recorder::take);
            }
            if (recorder.flush()) {
                return sealed;
            }
            // The recorder went back to where the archive is: so must the reading.
            log = launcher.log(attempt);
        }
    }

    private boolean completeStream(boolean runnerIsGone) {
        try {
            recorder.flush();
            long last = stream.open(recorder.archived()).last().seq();
            if (runnerIsGone || last < recorder.position().seq()) {
                appendTail(last);
            }
            stream.seal(attempt.epoch());
            failpoints.reach(Failpoint.SEALED);
            followStream();
            return true;
        } catch (RedisUnavailable e) {
            return false;
        }
    }

    /** What the runner wrote to its log and did not bring to the stream any more. */
    private void appendTail(long inStream) {
        launcher.log(attempt).read(line -> line.id().seq() <= inStream || appended(line));
        Optional<FinalOutcome> outcome = launcher.outcome(attempt);
        long last = stream.last().seq();
        if (outcome.isPresent() && last != EntryId.SEAL_SEQ && outcome.get().lastSeq() > last) {
            stream.append(gap(last + 1, outcome.get().lastSeq()));
        }
    }

    /** False when the stream takes nothing more. */
    private boolean appended(EventLine line) {
        return switch (stream.append(line)) {
            case StreamAnswer.Added added -> true;
            case StreamAnswer.Acknowledged known -> true;
            case StreamAnswer.Hole hole -> {
                stream.append(gap(hole.last().seq() + 1, line.firstSeq() - 1));
                stream.append(line);
                yield true;
            }
            case StreamAnswer.NotOpen lost -> false;
            case StreamAnswer.Fenced over -> false;
            case StreamAnswer.Sealed over -> false;
        };
    }

    private EventLine gap(long from, long to) {
        EntryId id = new EntryId(attempt.epoch(), to);
        Event gap = new Event(
                attempt.run().toString(),
                attempt.variation().producer(),
                id,
                clock.instant(),
                new Payload.Gap(from, to));
        return new EventLine(id, from, EventJson.encode(gap));
    }
}
