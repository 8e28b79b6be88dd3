package dev.aideator.orchestrator.run;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/**
 * A run with its variations and their attempts: the one aggregate of this service. Whoever changes it holds its row
 * lock; each change that viewers should see adds an event in the same transaction.
 */
@Entity
@Table(name = "runs")
class Run {

    /** The run's own stream has one epoch. */
    static final long EPOCH = 1;

    @Id
    UUID id;

    @Version
    int version;

    @Enumerated(EnumType.STRING)
    RunState state;

    String githubUrl;
    String baseRef;
    String image;
    String prompt;
    boolean cancelRequested;
    long lastEventSeq;
    Long lastCompleteSeq;
    long publishedSeq;
    Instant streamsExpireAt;
    Instant createdAt;
    Instant startedAt;
    Instant endedAt;

    @OneToMany(mappedBy = "run", cascade = CascadeType.ALL)
    @OrderBy("index")
    List<Variation> variations = new ArrayList<>();

    // Cascades to new rows only: the ones told before are never loaded.
    @OneToMany(mappedBy = "run", cascade = CascadeType.PERSIST)
    List<RunEvent> events = new ArrayList<>();

    protected Run() {}

    static Run queued(RunId id, NewRun request, Instant at) {
        Run run = new Run();
        run.id = id.value();
        run.state = RunState.QUEUED;
        run.githubUrl = request.githubUrl();
        run.baseRef = request.baseRef();
        run.image = request.image();
        run.prompt = request.prompt();
        run.createdAt = at;
        run.tell(status(null, null, run.state.wireName(), null), at);
        for (AgentChoice choice : request.agents()) {
            Variation variation = Variation.queued(run, run.variations.size(), choice, at);
            run.variations.add(variation);
            run.tell(variation, null, at);
        }
        return run;
    }

    RunId id() {
        return new RunId(id);
    }

    Optional<Variation> variation(int index) {
        return index >= 0 && index < variations.size() ? Optional.of(variations.get(index)) : Optional.empty();
    }

    /** The variations that came into the queue together at that time, and may start. */
    List<Variation> waitingSince(Instant queuedAt) {
        return variations.stream()
                .filter(variation -> variation.queuedAt.equals(queuedAt) && variation.mayStart())
                .toList();
    }

    /** Gives a queued variation its first attempt. */
    Attempt start(Variation variation, Instant at) {
        Attempt attempt = variation.start(at);
        if (state == RunState.QUEUED) {
            state = state.to(RunState.RUNNING);
            startedAt = at;
            tell(status(null, null, state.wireName(), null), at);
        }
        tell(variation, null, at);
        return attempt;
    }

    /** The attempt's agent showed itself. Says again what is known already without a change. */
    void observeRunning(Attempt attempt, Instant at) {
        if (attempt.observeRunning(at) && attempt.variation.observeRunning(at)) {
            tell(attempt.variation, null, at);
        }
    }

    /** Something keeps a started attempt from running. Says again what is known already without a change. */
    void observeWaiting(Attempt attempt, Waiting waiting, Instant at) {
        if (attempt.state == AttemptState.STARTING && attempt.variation.observeWaiting(waiting)) {
            tell(attempt.variation, new Ending(null, waiting.reason(), waiting.detail()), at);
        }
    }

    /** Ends a variation that waits in the queue. */
    void giveUp(Variation variation, Ending ending, Instant at) {
        variation.end(ending, at);
        tell(variation, ending, at);
        finishWhenAllEnded(at);
    }

    /** Asks all variations that have not ended to end; those that wait in the queue have ended with that. */
    void cancel(CancelReason reason, Instant at) {
        if (state.isFinal()) {
            return;
        }
        cancelRequested = true;
        variations.forEach(variation -> cancel(variation, reason, at));
    }

    void cancel(Variation variation, CancelReason reason, Instant at) {
        switch (variation.state) {
            case QUEUED -> giveUp(variation, reason.ending(), at);
            case STARTING, RUNNING -> {
                variation.cancel(reason);
                tell(variation, null, at);
            }
            case CANCELLING, ENDED -> {}
        }
    }

    /**
     * Puts an ended variation into the queue again; if the run had ended, it goes on. What was asked to end before stays
     * so, and is no longer what the run as a whole is to come to.
     */
    void retry(Variation variation, Instant at) {
        variation.retry(at);
        cancelRequested = false;
        if (state.isFinal()) {
            reopen(at);
        }
        tell(variation, null, at);
    }

    private void reopen(Instant at) {
        state = state.to(RunState.RUNNING);
        endedAt = null;
        lastCompleteSeq = null;
        // Redis may have forgotten their streams since the end: whoever seals looks, and opens them again.
        variations.stream()
                .filter(variation -> !variation.attempts.isEmpty())
                .forEach(variation -> variation.attempts.getLast().sealed = false);
        tell(status(null, null, state.wireName(), null), at);
    }

    /** Ends an attempt; the variation goes on with another one where nobody is to blame for the end. */
    Optional<Attempt> end(Attempt attempt, Ending ending, long lastSeq, boolean sealed, Instant at) {
        attempt.end(ending, lastSeq, sealed, at);
        Variation variation = attempt.variation;
        if (variation.triesAgainAfter(ending.outcome())) {
            Attempt next = variation.again(at);
            tell(variation, new Ending(null, ending.reason(), ending.detail()), at);
            return Optional.of(next);
        }
        variation.end(ending, at);
        tell(variation, ending, at);
        finishWhenAllEnded(at);
        return Optional.empty();
    }

    private void finishWhenAllEnded(Instant at) {
        if (!variations.stream().allMatch(variation -> variation.state == VariationState.ENDED)) {
            return;
        }
        List<Outcome> outcomes =
                variations.stream().map(variation -> variation.outcome).toList();
        state = state.to(RunState.ended(outcomes, cancelRequested));
        endedAt = at;
        // An EXPIRE that is left from an earlier end is no longer right.
        streamsExpireAt = null;
        lastCompleteSeq = lastEventSeq + 1;
        tell(new Payload.RunComplete(state.wireName(), lastPosition()), at);
    }

    /** Every producer's last event, that of the run being the {@code run_complete} that carries this position. */
    private Position lastPosition() {
        Position position = Position.START.with(Producer.RUN, new EntryId(EPOCH, lastCompleteSeq));
        for (Variation variation : variations) {
            Optional<EntryId> last = variation.lastEvent();
            if (last.isPresent()) {
                position = position.with(Producer.variation(variation.index), last.get());
            }
        }
        return position;
    }

    private void tell(Variation variation, Ending ending, Instant at) {
        tell(status(variation.index, variation.toldEpoch(), variation.shown().wireName(), ending), at);
    }

    private static Payload status(Integer variation, Long epoch, String state, Ending ending) {
        return ending == null
                ? new Payload.Status(variation, epoch, state, null, null, null)
                : new Payload.Status(variation, epoch, state, ending.outcome(), ending.reason(), ending.detail());
    }

    private void tell(Payload payload, Instant at) {
        lastEventSeq++;
        EntryId entry = new EntryId(EPOCH, lastEventSeq);
        String json = EventJson.encode(new Event(id.toString(), Producer.RUN, entry, at, payload));
        events.add(new RunEvent(this, lastEventSeq, json));
    }
}
