package dev.aideator.gateway.source;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.RunFacts.Attempt;
import dev.aideator.gateway.source.RunFacts.ProducerFacts;

import io.vertx.core.Future;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one producer forward: each event once, in order, a newer epoch only after all of the older one. What the source
 * lacks comes from the archive; what the archive lacks too becomes a gap. Used from one event loop, one call at a time.
 */
final class OrderedReader {

    private static final Logger LOG = Logger.getLogger(OrderedReader.class);

    /** Entries of one page, which are 32 KiB at most but for artifacts of 256 KiB. */
    private static final int PAGE = 64;

    /** What was read; {@code more}: reading on at once brings more. */
    record Batch(List<StoredEvent> events, boolean more) {}

    private final String runId;
    private final Producer producer;
    private final Source source;
    private final RunArchive archive;
    private final Clock clock;

    /** The last event taken, or {@code epoch-0} when an epoch has begun. */
    private EntryId at;

    /** The last entry of the source that was dealt with: also openings and seals. */
    private EntryId cursor;

    /** Whether all of the epoch that {@code at} is in was taken. */
    private boolean complete;

    /** Somebody said that there are events up to here. */
    private EntryId expected = EntryId.START;

    OrderedReader(String runId, Producer producer, Source source, RunArchive archive, EntryId from, Clock clock) {
        this.runId = runId;
        this.producer = producer;
        this.source = source;
        this.archive = archive;
        this.clock = clock;
        this.at = from;
        this.cursor = from;
    }

    /** Events up to {@code id} exist: when the source lacks them, ask the archive. Whether that is news. */
    boolean expect(EntryId id) {
        if (id.isSeal() || !id.isAfter(expected)) {
            return false;
        }
        expected = id;
        return true;
    }

    boolean hasReached(EntryId id) {
        return !id.isAfter(at);
    }

    /** Takes an event that came by itself if it is exactly the next one. */
    boolean takesAsNext(StoredEvent event) {
        if (complete || event.id().epoch() != at.epoch() || event.firstSeq() != at.seq() + 1) {
            return false;
        }
        advance(event.id());
        return true;
    }

    /** Reads on. Fails when nothing could be read because source or archive is away: nothing is skipped for that. */
    Future<Batch> next() {
        return source.read(producer, cursor, PAGE)
                .transform(read -> read.succeeded() ? take(read.result()) : fromArchiveInstead(read.cause()));
    }

    private Future<Batch> take(List<StreamEntry> entries) {
        List<StoredEvent> events = new ArrayList<>(entries.size());
        for (StreamEntry entry : entries) {
            EntryId missing = lackedBefore(entry);
            if (missing != null) {
                // What is in hand goes first; the next call comes back to the same place.
                return events.isEmpty() ? bridge(missing, true) : Future.succeededFuture(new Batch(events, true));
            }
            accept(entry, events);
        }
        if (entries.isEmpty() && expected.isAfter(at)) {
            return bridge(expected, false);
        }
        return Future.succeededFuture(new Batch(events, entries.size() >= PAGE));
    }

    /** The last id that should have come before this entry and did not; null when it follows. */
    private EntryId lackedBefore(StreamEntry entry) {
        EntryId before =
                switch (entry) {
                    case StreamEntry.EventEntry event -> before(event);
                    case StreamEntry.Opening opening -> opening.id();
                    case StreamEntry.Seal seal -> new EntryId(seal.id().epoch(), seal.lastSeq());
                };
        if (!before.isAfter(at)) {
            return null;
        }
        boolean opensNext = before.seq() == 0 && (complete || at.epoch() == 0) && before.epoch() == at.epoch() + 1;
        return opensNext ? null : before;
    }

    private EntryId before(StreamEntry.EventEntry event) {
        if (!event.id().isAfter(at)) {
            return event.id();
        }
        if (event.id().equals(at.next())) {
            return at;
        }
        return new EntryId(event.id().epoch(), stored(event).firstSeq() - 1);
    }

    private void accept(StreamEntry entry, List<StoredEvent> events) {
        switch (entry) {
            case StreamEntry.EventEntry event -> {
                if (event.id().isAfter(at)) {
                    events.add(stored(event));
                    advance(event.id());
                }
            }
            case StreamEntry.Opening opening -> {
                if (opening.id().isAfter(at)) {
                    enter(opening.id().epoch());
                }
            }
            case StreamEntry.Seal seal -> {
                if (seal.id().epoch() > at.epoch()) {
                    enter(seal.id().epoch());
                }
                complete |= seal.id().epoch() == at.epoch();
            }
        }
        cursor = later(cursor, entry.id());
    }

    private StoredEvent stored(StreamEntry.EventEntry entry) {
        try {
            return StoredEvent.of(producer, entry.id(), entry.json());
        } catch (IllegalArgumentException e) {
            // Its place is taken, so it can't be left out; a viewer learns that something there is unreadable.
            LOG.warnf("run=%s producer=%s: entry %s is no event", runId, producer, entry.id());
            return StoredEvent.gap(runId, producer, entry.id(), entry.id().seq(), clock.instant());
        }
    }

    /**
     * Fetches what lies between here and {@code missing} from the archive. {@code passed}: the source is past it, so that
     * it can't come from there any more.
     */
    private Future<Batch> bridge(EntryId missing, boolean passed) {
        return archive.facts().compose(facts -> {
            ProducerFacts known = facts.of(producer);
            if (!known.archived().isAfter(at)) {
                return Future.succeededFuture(without(missing, known, passed));
            }
            return archive.read(producer, at, PAGE).map(archived -> {
                List<StoredEvent> events = takeArchived(archived, known);
                return events.isEmpty() ? without(missing, known, passed) : new Batch(events, true);
            });
        });
    }

    private Future<Batch> fromArchiveInstead(Throwable cause) {
        return archive.facts().compose(facts -> {
            ProducerFacts known = facts.of(producer);
            if (!known.archived().isAfter(at)) {
                // Of a run that has ended the archive has all there is: nobody needs to wait for the source.
                return facts.ended() ? Future.succeededFuture(new Batch(List.of(), false)) : Future.failedFuture(cause);
            }
            return archive.read(producer, at, PAGE).compose(archived -> {
                List<StoredEvent> events = takeArchived(archived, known);
                return events.isEmpty() ? Future.failedFuture(cause) : Future.succeededFuture(new Batch(events, true));
            });
        });
    }

    private List<StoredEvent> takeArchived(List<StreamEntry> archived, ProducerFacts known) {
        List<StoredEvent> events = new ArrayList<>(archived.size());
        for (StreamEntry entry : archived) {
            if (entry instanceof StreamEntry.EventEntry event && event.id().isAfter(at)) {
                StoredEvent stored = stored(event);
                EntryId before = new EntryId(event.id().epoch(), stored.firstSeq() - 1);
                if (before.isAfter(at)) {
                    // The archive has everything up to its position: what it jumps over is nowhere.
                    events.addAll(gapsUpTo(before, known, true));
                }
                events.add(stored);
                advance(event.id());
            }
        }
        return events;
    }

    /** Goes on without what neither source nor archive has, or waits for what is yet to come. */
    private Batch without(EntryId missing, ProducerFacts known, boolean passed) {
        List<StoredEvent> gaps = gapsUpTo(passed ? missing : ended(missing, known), known, false);
        return new Batch(gaps, !missing.isAfter(at));
    }

    /** How much of what is missing belongs to attempts that are over, so that it will not come. */
    private EntryId ended(EntryId missing, ProducerFacts known) {
        boolean over = known.lastSeq(missing.epoch()).orElse(-1L) >= missing.seq();
        return over ? missing : new EntryId(missing.epoch(), 0);
    }

    private List<StoredEvent> gapsUpTo(EntryId missing, ProducerFacts known, boolean pastUnsealed) {
        List<StoredEvent> gaps = new ArrayList<>();
        while (at.epoch() < missing.epoch()) {
            Attempt attempt = known.attempt(at.epoch());
            if (attempt != null && !complete) {
                if (attempt.lastSeq() != null) {
                    gapTo(attempt.lastSeq(), gaps);
                } else if (!pastUnsealed) {
                    return gaps;
                }
            }
            enter(nextEpoch(missing, known));
        }
        gapTo(missing.seq(), gaps);
        return gaps;
    }

    /** Straight to the next attempt that there is: whoever numbers attempts by hand may have left out a billion. */
    private long nextEpoch(EntryId missing, ProducerFacts known) {
        return known.attempts().stream()
                .mapToLong(Attempt::epoch)
                .filter(epoch -> epoch > at.epoch() && epoch < missing.epoch())
                .min()
                .orElse(missing.epoch());
    }

    private void gapTo(long seq, List<StoredEvent> gaps) {
        if (seq > at.seq()) {
            EntryId to = new EntryId(at.epoch(), seq);
            LOG.warnf("run=%s producer=%s: events %s to %s are gone", runId, producer, at.next(), to);
            gaps.add(StoredEvent.gap(runId, producer, to, at.seq() + 1, clock.instant()));
            advance(to);
        }
    }

    private void enter(long epoch) {
        advance(new EntryId(epoch, 0));
    }

    private void advance(EntryId id) {
        complete &= id.epoch() == at.epoch();
        at = id;
        cursor = later(cursor, id);
    }

    private static EntryId later(EntryId a, EntryId b) {
        return a.isAfter(b) ? a : b;
    }
}
