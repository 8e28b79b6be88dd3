package dev.aideator.orchestrator.run;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.archive.Archive;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
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

    /** What is left for later may be more; the next sweep comes soon. */
    private static final int BATCH = 1000;

    private final RunRepository runs;
    private final Archive archive;
    private final EntityManager database;
    private final Event<RunChanged> changes;
    private final Clock clock;
    private final Lock claiming = new ReentrantLock();

    Attempts(RunRepository runs, Archive archive, EntityManager database, Event<RunChanged> changes, Clock clock) {
        this.runs = runs;
        this.archive = archive;
        this.database = database;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Gives variations that wait in the queue an attempt each, first come, first served, as far as there is room: those
     * of one run that came together, the others with the next call, until there is none to start.
     */
    @Transactional
    public List<AttemptRef> claim(Capacity capacity) {
        // Of this process one thread waits for the database's lock: every other would hold a connection meanwhile.
        claiming.lock();
        try {
            // One decision at a time, also across replicas: two that count at once would both see the last free slot.
            database.createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)", String.class)
                    .setParameter("lock", SLOTS_LOCK)
                    .getSingleResultOrNull();
            return claimFirst(capacity);
        } finally {
            claiming.unlock();
        }
    }

    private List<AttemptRef> claimFirst(Capacity capacity) {
        long room = room(capacity);
        for (Optional<Object[]> first = first(); room > 0 && first.isPresent(); first = first()) {
            Run run = runs.lock(new RunId((UUID) first.get()[0]));
            // Some may have been cancelled while we waited for the run.
            List<Variation> party = run.waitingSince((Instant) first.get()[1]);
            if (capacity instanceof Capacity.WholeRuns whole) {
                if (party.size() > whole.most()) {
                    giveUp(run, party, whole);
                    continue;
                }
                if (party.size() > room) {
                    return List.of();
                }
            }
            if (!party.isEmpty()) {
                return start(run, party.stream().limit(room).toList());
            }
        }
        return List.of();
    }

    private long room(Capacity capacity) {
        return switch (capacity) {
            case Capacity.Slots slots -> slots.most() - count("state <> ENDED");
            case Capacity.WholeRuns whole -> whole.most() - count("workspaceGoneAt is null");
            case Capacity.Unknown none -> 0;
            case Capacity.Unbounded all -> Long.MAX_VALUE;
        };
    }

    private long count(String where) {
        return database.createQuery("select count(*) from Attempt where " + where, Long.class)
                .getSingleResult();
    }

    /** Whose turn it is: a run, and since when it waits. One whose last pod is still there lets others go ahead. */
    private Optional<Object[]> first() {
        return database.createQuery("""
                        select v.run.id, v.queuedAt from Variation v where v.state = QUEUED and not exists (
                          select 1 from Attempt a where a.variation = v and a.workspaceGoneAt is null)
                        order by v.queuedAt, v.id""", Object[].class)
                .setMaxResults(1)
                .getResultStream()
                .findFirst();
    }

    private List<AttemptRef> start(Run run, List<Variation> party) {
        Instant now = clock.instant();
        changes.fire(new RunChanged(run.id()));
        return party.stream().map(variation -> run.start(variation, now).ref()).toList();
    }

    private void giveUp(Run run, List<Variation> party, Capacity.WholeRuns room) {
        Instant now = clock.instant();
        Ending ending = new Ending(Outcome.QUOTA_EXCEEDED, "quota_exceeded", room.tooSmallFor(party.size()));
        party.forEach(variation -> run.giveUp(variation, ending, now));
        changes.fire(new RunChanged(run.id()));
    }

    /** Where those that have not ended stand, oldest first. */
    @Transactional
    public Map<AttemptRef, Standing> live() {
        Map<AttemptRef, Standing> standings = new LinkedHashMap<>();
        database.createQuery("""
                        select v.run.id, v.index, a.epoch, v.cancelReason from Attempt a join a.variation v
                        where a.state <> ENDED order by a.id""", Object[].class)
                .getResultStream()
                .forEach(row -> standings.put(ref(row), standing((CancelReason) row[3])));
        return standings;
    }

    /** The oldest {@code most}. */
    private List<AttemptRef> refs(String where, Map<String, Instant> parameters, int most) {
        TypedQuery<Object[]> query = database.createQuery(
                "select v.run.id, v.index, a.epoch from Attempt a join a.variation v where " + where + " order by a.id",
                Object[].class);
        parameters.forEach(query::setParameter);
        return query.setMaxResults(most).getResultStream().map(Attempts::ref).toList();
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
                        run.image,
                        Optional.ofNullable(attempt.jobUid),
                        attempt.state == AttemptState.RUNNING || attempt.jobUid != null));
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
        return standing((CancelReason) row[1]);
    }

    private static Standing standing(CancelReason cancelled) {
        return cancelled == null ? new Standing.Wanted() : new Standing.Cancelled(cancelled);
    }

    /** What is known of each of these, of which Jobs were found. */
    @Transactional
    public Map<AttemptRef, JobStanding> lookUp(Collection<AttemptRef> refs) {
        Map<AttemptRef, JobStanding> standings = new HashMap<>();
        refs.forEach(ref -> standings.put(ref, new JobStanding.Unknown()));
        database.createQuery("""
                        select v.run.id, v.index, a.epoch, a.endedAt from Attempt a join a.variation v
                        where v.run.id in :runs""", Object[].class)
                .setParameter(
                        "runs", refs.stream().map(ref -> ref.run().value()).collect(Collectors.toSet()))
                .getResultStream()
                .forEach(row -> standings.replace(
                        ref(row), row[3] == null ? new JobStanding.Live() : new JobStanding.Ended((Instant) row[3])));
        return standings;
    }

    /** The attempt's Job was created. Another's uid is not taken any more. */
    @Transactional
    public void recordJob(AttemptRef ref, String uid) {
        change(ref, (run, attempt) -> attempt.recordJob(uid));
    }

    /** Something keeps the attempt from running, for now. */
    @Transactional
    public void observeWaiting(AttemptRef ref, Waiting waiting) {
        change(ref, (run, attempt) -> run.observeWaiting(attempt, waiting, clock.instant()));
    }

    /** The attempt that took an ended one's place by itself, while it is live. */
    @Transactional
    public Optional<AttemptRef> successor(AttemptRef ref) {
        AttemptRef next = new AttemptRef(ref.variation(), ref.epoch() + 1);
        return standing(next) instanceof Standing.Ended ? Optional.empty() : Optional.of(next);
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
                attempt.variation.keepResult(archive.head(ref.variation()).outputEpoch());
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
                .setMaxResults(BATCH)
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
                Map.of("before", clock.instant().minus(ended)),
                BATCH);
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
                Map.of("before", clock.instant().minus(kept)),
                BATCH);
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
