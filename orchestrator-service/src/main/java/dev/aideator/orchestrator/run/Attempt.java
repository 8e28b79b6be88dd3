package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;

import java.time.Instant;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** One start of an agent. It exists in the database before its process does. */
@Entity
@Table(name = "attempts")
class Attempt {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version
    int version;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "variation_id")
    Variation variation;

    long epoch;

    @Enumerated(EnumType.STRING)
    AttemptState state;

    @Enumerated(EnumType.STRING)
    Outcome outcome;

    String reason;
    String detail;
    Long lastSeq;
    boolean sealed;
    String jobUid;
    Instant createdAt;
    Instant startedAt;
    Instant endedAt;
    Instant workspaceGoneAt;
    Instant filesGoneAt;

    protected Attempt() {}

    Attempt(Variation variation, long epoch, Instant at) {
        this.variation = variation;
        this.epoch = epoch;
        this.state = AttemptState.STARTING;
        this.createdAt = at;
    }

    AttemptRef ref() {
        return new AttemptRef(variation.ref(), epoch);
    }

    /** False when that is nothing new. */
    boolean observeRunning(Instant at) {
        if (state != AttemptState.STARTING) {
            return false;
        }
        state = state.to(AttemptState.RUNNING);
        startedAt = at;
        return true;
    }

    /** The first Job that was created is the attempt's; another can't be. */
    void recordJob(String uid) {
        if (jobUid == null) {
            jobUid = uid;
        }
    }

    void end(Ending ending, long lastSeq, boolean sealed, Instant at) {
        state = state.to(AttemptState.ENDED);
        outcome = ending.outcome();
        reason = ending.reason();
        detail = ending.detail();
        this.lastSeq = lastSeq;
        this.sealed = sealed;
        endedAt = at;
    }
}
