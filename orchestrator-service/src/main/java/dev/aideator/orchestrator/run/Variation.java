package dev.aideator.orchestrator.run;

import dev.aideator.events.EntryId;
import dev.aideator.events.Outcome;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/**
 * One agent's work on a run's task, in one attempt or, when its ground was pulled away, up to three; a retry begins
 * again.
 */
@Entity
@Table(name = "variations")
class Variation {

    private static final int MOST_ATTEMPTS = 3;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version
    int version;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "run_id")
    Run run;

    int index;

    @Enumerated(EnumType.STRING)
    VariationState state;

    String agent;
    String model;
    Double temperature;
    Integer maxTokens;

    @Enumerated(EnumType.STRING)
    CancelReason cancelReason;

    @Enumerated(EnumType.STRING)
    Outcome outcome;

    String reason;
    String detail;
    Long resultEpoch;
    long firstEpoch = 1;

    @Embedded
    Waiting waiting;

    Instant createdAt;
    Instant queuedAt;
    Instant startedAt;
    Instant endedAt;

    @OneToMany(mappedBy = "variation", cascade = CascadeType.ALL)
    @OrderBy("epoch")
    List<Attempt> attempts = new ArrayList<>();

    protected Variation() {}

    static Variation queued(Run run, int index, AgentChoice choice, Instant at) {
        Variation variation = new Variation();
        variation.run = run;
        variation.index = index;
        variation.state = VariationState.QUEUED;
        variation.agent = choice.agent();
        variation.model = choice.model();
        variation.temperature = choice.temperature();
        variation.maxTokens = choice.maxTokens();
        variation.createdAt = at;
        variation.queuedAt = at;
        return variation;
    }

    VariationRef ref() {
        return new VariationRef(run.id(), index);
    }

    AgentChoice choice() {
        return new AgentChoice(agent, model, temperature, maxTokens);
    }

    RunShape.VariationShape shape() {
        return new RunShape.VariationShape(
                ref(),
                attempts.stream()
                        .map(attempt -> new RunShape.AttemptShape(attempt.epoch, attempt.lastSeq))
                        .toList());
    }

    /** What viewers see: an attempt that something keeps from running does not run. */
    VariationState shown() {
        return waiting == null ? state : waiting.queued() ? VariationState.QUEUED : VariationState.STARTING;
    }

    /** Whether it is in the queue, and nothing is left of the attempts before. */
    boolean mayStart() {
        return state == VariationState.QUEUED && attempts.stream().allMatch(attempt -> attempt.workspaceGoneAt != null);
    }

    Optional<Attempt> attempt(long epoch) {
        return attempts.stream().filter(attempt -> attempt.epoch == epoch).findFirst();
    }

    Attempt start(Instant at) {
        state = state.to(VariationState.STARTING);
        startedAt = at;
        return nextAttempt(at);
    }

    /** False when that is nothing new, or it is being cancelled already. */
    boolean observeRunning(Instant at) {
        boolean waited = waiting != null;
        waiting = null;
        if (state == VariationState.STARTING) {
            state = state.to(VariationState.RUNNING);
            return true;
        }
        return waited;
    }

    /** False when that is nothing new, or it is being cancelled already. */
    boolean observeWaiting(Waiting now) {
        boolean goesOn = state == VariationState.STARTING || state == VariationState.RUNNING;
        if (!goesOn || now.equals(waiting)) {
            return false;
        }
        waiting = now;
        return true;
    }

    void cancel(CancelReason reason) {
        state = state.to(VariationState.CANCELLING);
        cancelReason = reason;
        waiting = null;
    }

    void end(Ending ending, Instant at) {
        state = state.to(VariationState.ENDED);
        outcome = ending.outcome();
        reason = ending.reason();
        detail = ending.detail();
        waiting = null;
        endedAt = at;
    }

    /** Once it has ended: {@code outputEpoch} is the latest attempt that put out anything, 0 for none. */
    void keepResult(long outputEpoch) {
        if (state == VariationState.ENDED && outputEpoch > 0) {
            resultEpoch = outputEpoch;
        }
    }

    /** Back to the queue. What its attempts came to so far stays theirs. */
    void retry(Instant at) {
        state = state.to(VariationState.QUEUED);
        cancelReason = null;
        outcome = null;
        reason = null;
        detail = null;
        firstEpoch = attempts.size() + 1;
        queuedAt = at;
        startedAt = null;
        endedAt = null;
    }

    /** The attempt that a change of state is told of: in the queue, after a retry, the one that it waits for. */
    Long toldEpoch() {
        if (attempts.isEmpty()) {
            return null;
        }
        return state == VariationState.QUEUED ? firstEpoch : attempts.getLast().epoch;
    }

    boolean triesAgainAfter(Outcome ended) {
        boolean nobodysFault = ended == Outcome.LOST || ended == Outcome.EVICTED;
        return nobodysFault && state != VariationState.CANCELLING && attempts.size() - firstEpoch + 1 < MOST_ATTEMPTS;
    }

    /** Another attempt, in the slot that the last one leaves; the variation stays what it is meanwhile. */
    Attempt again(Instant at) {
        return nextAttempt(at);
    }

    private Attempt nextAttempt(Instant at) {
        waiting = null;
        Attempt attempt = new Attempt(this, attempts.size() + 1, at);
        attempts.add(attempt);
        return attempt;
    }

    /** The id of the last event of all attempts that ended. */
    Optional<EntryId> lastEvent() {
        return attempts.reversed().stream()
                .filter(attempt -> attempt.lastSeq != null && attempt.lastSeq > 0)
                .findFirst()
                .map(attempt -> new EntryId(attempt.epoch, attempt.lastSeq));
    }
}
