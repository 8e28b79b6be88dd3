package dev.aideator.gateway.source;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import io.vertx.core.Vertx;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All of a run's events from a position on, as one sequence: in order per producer, each once, mixed by time while the
 * past is read and as they come afterwards. A run_complete is held until all that it lists has gone out; one that was
 * followed by more goes out as status. Confined to the event loop that it was made on.
 */
public final class Feed {

    private static final Logger LOG = Logger.getLogger(Feed.class);
    private static final long LONGEST_BACKOFF_MILLIS = 2_000;

    /** Takes the events. */
    public interface Sink {

        /** Whether there is room for more of the past; what is live is not asked for. */
        boolean wantsMore();

        /** Whether it takes nothing at all just now. It calls {@link #pump} once it does again. */
        default boolean isFull() {
            return false;
        }

        void take(StoredEvent event);

        /** All that there was has been read; from now on events go out as they come. Said once. */
        void loaded();
    }

    private final Vertx vertx;
    private final String runId;
    private final Source source;
    private final Sink sink;
    private final RunFacts facts;
    private final Clock clock;
    private final SortedMap<Producer, Intake> intakes = new TreeMap<>();
    private boolean loaded;
    private boolean closed;
    private boolean pumping;

    /** {@code facts} may be older than the feed: they only make it look further, never skip. */
    public Feed(Vertx vertx, Source source, RunArchive archive, RunFacts facts, Position from, Clock clock, Sink sink) {
        this.vertx = vertx;
        this.source = source;
        this.runId = facts.runId();
        this.facts = facts;
        this.sink = sink;
        this.clock = clock;
        for (Producer producer : facts.all()) {
            OrderedReader reader = new OrderedReader(runId, producer, source, archive, from.of(producer), clock);
            reader.expect(facts.of(producer).archived());
            intakes.put(producer, new Intake(reader));
        }
    }

    public boolean isLoaded() {
        return loaded;
    }

    public void close() {
        closed = true;
        source.close();
    }

    /** There may be something new of this producer. */
    public void news(Producer producer) {
        Intake intake = intakes.get(producer);
        if (intake != null) {
            intake.news = true;
            pump();
        }
    }

    /**
     * Called every so often, because a message may be dropped in silence: reads where nothing came by itself since the
     * call before. Who speaks all the time is not read all the time: the next event tells of one that was dropped.
     */
    public void look() {
        for (Intake intake : intakes.values()) {
            intake.news |= !intake.heard;
            intake.heard = false;
        }
        pump();
    }

    public void newsEverywhere() {
        intakes.values().forEach(intake -> intake.news = true);
        pump();
    }

    /** What became of an event that came by itself. */
    public enum Offer {
        TAKEN,
        /** It is on its way in already, or was only waited for. */
        EXPECTED,
        /** Others should have come before it. */
        OUT_OF_TURN
    }

    /** An event that came by itself: taken if it is exactly the next one, else only a reason to read. */
    public Offer offer(StoredEvent event) {
        Intake intake = intakes.get(event.producer());
        if (intake == null || closed) {
            return Offer.EXPECTED;
        }
        boolean idle = loaded && intake.isIdle();
        // A run_complete closes everybody's stream: that is believed only where it is stored.
        if (idle && !event.isRunComplete() && intake.reader.takesAsNext(event)) {
            intake.heard = true;
            if (nothingWaits()) {
                sink.take(event);
            } else {
                intake.waiting.add(event);
                pump();
            }
            return Offer.TAKEN;
        }
        if (!intake.reader.hasReached(event.id())) {
            news(event.producer());
            return idle && !event.isRunComplete() ? Offer.OUT_OF_TURN : Offer.EXPECTED;
        }
        return Offer.EXPECTED;
    }

    private boolean nothingWaits() {
        for (Intake intake : intakes.values()) {
            if (!intake.waiting.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Reads and hands on what is possible now; the sink calls it when it has room again. */
    public void pump() {
        if (pumping || closed) {
            return;
        }
        pumping = true;
        try {
            do {
                intakes.values().forEach(Intake::readOn);
            } while (handOn());
            if (!loaded && intakes.values().stream().allMatch(Intake::isRead)) {
                loaded = true;
                sink.loaded();
            }
        } finally {
            pumping = false;
        }
    }

    private boolean handOn() {
        boolean any = false;
        for (Intake next = next(); next != null && !sink.isFull(); next = next()) {
            StoredEvent event = next.waiting.peek();
            sink.take(event.isRunComplete() && isSuperseded(next, event) ? asStatus(event) : event);
            next.waiting.poll();
            any = true;
        }
        return any;
    }

    private StoredEvent asStatus(StoredEvent runComplete) {
        try {
            return runComplete.asStatus();
        } catch (IllegalArgumentException e) {
            return StoredEvent.gap(
                    runId, runComplete.producer(), runComplete.id(), runComplete.firstSeq(), clock.instant());
        }
    }

    /** Whose event goes next: the oldest of those at the head, so that a replay reads as the run went. */
    private Intake next() {
        Intake next = null;
        for (Intake intake : intakes.values()) {
            if (intake.waiting.isEmpty()) {
                if (!loaded && intake.mayBringOlder()) {
                    return null;
                }
            } else if (!isHeld(intake)
                    && (next == null
                            || intake.waiting
                                            .peek()
                                            .timestamp()
                                            .compareTo(next.waiting.peek().timestamp())
                                    < 0)) {
                next = intake;
            }
        }
        return next;
    }

    /** Whether the head is a run_complete that something it lists has not gone out before. */
    private boolean isHeld(Intake run) {
        StoredEvent head = run.waiting.peek();
        if (!head.isRunComplete() || isSuperseded(run, head)) {
            return false;
        }
        if (run.waiting.size() == 1 && !run.isIdle()) {
            return true;
        }
        return !listed(head).parts().entrySet().stream()
                .filter(part -> !part.getKey().isRun())
                .allMatch(part -> hasGoneOut(part.getKey(), part.getValue()));
    }

    private boolean hasGoneOut(Producer producer, EntryId id) {
        Intake intake = intakes.get(producer);
        if (intake == null) {
            return true;
        }
        if (!intake.reader.hasReached(id)) {
            if (intake.reader.expect(id)) {
                vertx.runOnContext(v -> news(producer));
            }
            return false;
        }
        return intake.waiting.isEmpty() || intake.waiting.peek().id().isAfter(id);
    }

    private boolean isSuperseded(Intake run, StoredEvent runComplete) {
        return run.waiting.size() > 1 || facts.supersedes(runComplete.id());
    }

    private Position listed(StoredEvent runComplete) {
        try {
            return ((Payload.RunComplete) EventJson.decode(runComplete.json()).payload()).position();
        } catch (IllegalArgumentException e) {
            LOG.warnf("run=%s: a run_complete lists nothing readable: %s", runId, e.getMessage());
            return Position.START;
        }
    }

    /** One producer on its way in. */
    private final class Intake {
        private final OrderedReader reader;
        private final Deque<StoredEvent> waiting = new ArrayDeque<>();
        private final Backoff backoff = new Backoff(LONGEST_BACKOFF_MILLIS);
        private boolean news = true;

        /** Whether an event came by itself, in its turn, since the last look. */
        private boolean heard;

        private boolean reading;
        private boolean backingOff;

        private Intake(OrderedReader reader) {
            this.reader = reader;
        }

        private boolean isIdle() {
            return !news && !reading && !backingOff;
        }

        /** Whether all that there was has been read, though the last of it may be held. */
        private boolean isRead() {
            return isIdle() && (waiting.isEmpty() || waiting.peek().isRunComplete());
        }

        /** Whether to wait for it before later events of others go out; one that fails holds nobody up. */
        private boolean mayBringOlder() {
            return (news || reading) && !backingOff;
        }

        private boolean mayReadOn() {
            // A run_complete waits to learn whether something follows it.
            return waiting.isEmpty() || (waiting.size() == 1 && waiting.peek().isRunComplete());
        }

        private void readOn() {
            if (!news
                    || reading
                    || backingOff
                    || closed
                    || !mayReadOn()
                    || !(loaded || sink.wantsMore())
                    || sink.isFull()) {
                return;
            }
            news = false;
            reading = true;
            reader.next().onComplete(batch -> {
                reading = false;
                if (closed) {
                    return;
                }
                if (batch.succeeded()) {
                    backoff.reset();
                    waiting.addAll(batch.result().events());
                    news |= batch.result().more();
                } else {
                    backOff(batch.cause());
                }
                pump();
            });
        }

        private void backOff(Throwable cause) {
            LOG.debugf("run=%s: reading failed, to be tried again: %s", runId, cause.getMessage());
            backingOff = true;
            vertx.setTimer(backoff.nextMillis(), timer -> {
                backingOff = false;
                news = true;
                pump();
            });
        }
    }
}
