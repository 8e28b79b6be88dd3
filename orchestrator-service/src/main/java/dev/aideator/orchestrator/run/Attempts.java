package dev.aideator.orchestrator.run;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.persistence.TypedQuery;
import jakarta.transaction.Transactional;

/**
 * What becomes of attempts: for whoever starts, watches and ends agents. Each method is one transaction, and each can
 * be called again by a replica that has not heard of the first call.
 */
@ApplicationScoped
public class Attempts {

    /** Any number that no other user of the database takes for its advisory locks. */
    private static final long SLOTS_LOCK = 0x41_49_44_45_41L;

    private final RunRepository runs;
    private final EntityManager database;
    private final Event<RunChanged> changes;
    private final Clock clock;

    Attempts(RunRepository runs, EntityManager database, Event<RunChanged> changes, Clock clock) {
        this.runs = runs;
        this.database = database;
        this.changes = changes;
        this.clock = clock;
    }

    /** Gives the variation that waits longest its first attempt, if fewer than {@code slots} are under way. */
    @Transactional
    public Optional<AttemptRef> claimNext(int slots) {
        // One decision at a time, also across replicas: two that count at once would both see the last free slot.
        database.createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)", String.class)
                .setParameter("lock", SLOTS_LOCK)
                .getSingleResultOrNull();
        long live = database.createQuery("select count(*) from Attempt where state <> ENDED", Long.class)
                .getSingleResult();
        if (live >= slots) {
            return Optional.empty();
        }
        for (Object[] next : queued()) {
            Run run = runs.lock(new RunId((UUID) next[0]));
            Variation variation = run.variations.get((int) next[1]);
            // It may have been cancelled while we waited for the run.
            if (variation.state == VariationState.QUEUED) {
                Attempt attempt = run.start(variation, clock.instant());
                changes.fire(new RunChanged(run.id()));
                return Optional.of(attempt.ref());
            }
        }
        return Optional.empty();
    }

    private List<Object[]> queued() {
        return database.createQuery(
                        "select v.run.id, v.index from Variation v where v.state = QUEUED order by v.id",
                        Object[].class)
                .setMaxResults(20)
                .getResultList();
    }

    /** Those that have not ended, oldest first. */
    @Transactional
    public List<AttemptRef> live() {
        return refs("a.state <> ENDED", Map.of());
    }

    private List<AttemptRef> refs(String where, Map<String, Instant> parameters) {
        TypedQuery<Object[]> query = database.createQuery(
                "select v.run.id, v.index, a.epoch from Attempt a join a.variation v where " + where + " order by a.id",
                Object[].class);
        parameters.forEach(query::setParameter);
        return query.setMaxResults(1000).getResultStream().map(Attempts::ref).toList();
    }

    private static AttemptRef ref(Object[] row) {
        return new AttemptRef(new VariationRef(new RunId((UUID) row[0]), (int) row[1]), (long) row[2]);
    }

    /** Empty when the attempt has ended. */
    @Transactional
    public Optional<Assignment> assignment(AttemptRef ref) {
        Run run = runs.get(ref.run());
        return find(run, ref)
                .filter(attempt -> attempt.state != AttemptState.ENDED)
                .map(attempt -> new Assignment(
                        ref,
                        run.githubUrl,
                        run.prompt,
                        run.baseRef,
                        attempt.variation.choice(),
                        attempt.state == AttemptState.RUNNING));
    }

    /** Whether an attempt is still wanted. */
    public sealed interface Standing {
        record Wanted() implements Standing {}

        record Cancelled(CancelReason reason) implements Standing {}

        record Ended() implements Standing {}
    }

    @Transactional
    public Standing standing(AttemptRef ref) {
        Object[] row = database.createQuery("""
                        select a.state, v.cancelReason from Attempt a join a.variation v
                        where v.run.id = :run and v.index = :index and a.epoch = :epoch""", Object[].class)
                .setParameter("run", ref.run().value())
                .setParameter("index", ref.variation().index())
                .setParameter("epoch", ref.epoch())
                .getSingleResultOrNull();
        if (row == null || row[0] == AttemptState.ENDED) {
            return new Standing.Ended();
        }
        return row[1] == null ? new Standing.Wanted() : new Standing.Cancelled((CancelReason) row[1]);
    }

    @Transactional
    public void observeRunning(AttemptRef ref) {
        change(ref, (run, attempt) -> {
            if (attempt.state == AttemptState.STARTING) {
                run.observeRunning(attempt, clock.instant());
            }
        });
    }

    /**
     * Ends an attempt, with that perhaps its variation, with that perhaps the run. {@code lastSeq} is that of the last
     * event that the archive has of it; {@code sealed} says whether Redis has the seal.
     */
    @Transactional
    public void end(AttemptRef ref, Ending ending, long lastSeq, boolean sealed) {
        change(ref, (run, attempt) -> {
            if (attempt.state != AttemptState.ENDED) {
                run.end(attempt, ending, lastSeq, sealed, clock.instant());
            }
        });
    }

    /** An ended attempt that Redis has not sealed; the archive has it up to {@code lastSeq}. */
    public record Unsealed(AttemptRef attempt, long lastSeq) {}

    /** Oldest first: a variation's attempts are sealed in their order. */
    @Transactional
    public List<Unsealed> unsealed() {
        return database.createQuery("""
                        select v.run.id, v.index, a.epoch, a.lastSeq from Attempt a join a.variation v
                        where a.state = ENDED and not a.sealed order by a.id""", Object[].class)
                .setMaxResults(1000)
                .getResultStream()
                .map(row -> new Unsealed(ref(row), (long) row[3]))
                .toList();
    }

    @Transactional
    public void sealed(AttemptRef ref) {
        change(ref, (run, attempt) -> attempt.sealed = true);
    }

    /** Attempts that ended at least this long ago, whose process may still be there, and whose workspace is. */
    @Transactional
    public List<AttemptRef> withWorkspace(Duration ended) {
        return refs(
                "a.state = ENDED and a.workspaceGoneAt is null and a.endedAt <= :before",
                Map.of("before", clock.instant().minus(ended)));
    }

    @Transactional
    public void workspaceGone(AttemptRef ref) {
        change(ref, (run, attempt) -> attempt.workspaceGoneAt = clock.instant());
    }

    /** Attempts that ended longer ago than {@code kept}, with files though nobody needs them any more. */
    @Transactional
    public List<AttemptRef> withOldFiles(Duration kept) {
        return refs(
                "a.state = ENDED and a.sealed and a.workspaceGoneAt is not null and a.filesGoneAt is null"
                        + " and a.endedAt < :before",
                Map.of("before", clock.instant().minus(kept)));
    }

    @Transactional
    public void filesGone(AttemptRef ref) {
        change(ref, (run, attempt) -> attempt.filesGoneAt = clock.instant());
    }

    private interface Change {
        void apply(Run run, Attempt attempt);
    }

    private void change(AttemptRef ref, Change change) {
        Run run = runs.lock(ref.run());
        long told = run.lastEventSeq;
        find(run, ref).ifPresent(attempt -> change.apply(run, attempt));
        if (run.lastEventSeq > told) {
            changes.fire(new RunChanged(ref.run()));
        }
    }

    private static Optional<Attempt> find(Run run, AttemptRef ref) {
        return run.variation(ref.variation().index()).flatMap(variation -> variation.attempt(ref.epoch()));
    }
}
