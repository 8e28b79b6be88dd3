package dev.aideator.orchestrator.run;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;

/**
 * The runs' own events, kept for good and carried to Redis from here. Rows stand in one order per run; what is
 * published twice is the same event with the same id.
 */
@ApplicationScoped
public class Outbox {

    private final RunRepository runs;
    private final EntityManager database;
    private final Clock clock;

    Outbox(RunRepository runs, EntityManager database, Clock clock) {
        this.runs = runs;
        this.database = database;
        this.clock = clock;
    }

    /** One of a run's own events. */
    public record Entry(long seq, String json) {}

    /** Events behind {@code after}, oldest first. */
    @Transactional
    public List<Entry> events(RunId run, long after, int limit) {
        return database.createQuery(
                        "select seq, json from RunEvent where run.id = :run and seq > :after order by seq",
                        Object[].class)
                .setParameter("run", run.value())
                .setParameter("after", after)
                .setMaxResults(limit)
                .getResultStream()
                .map(row -> new Entry((long) row[0], (String) row[1]))
                .toList();
    }

    /** Runs with events that Redis is not known to have. */
    @Transactional
    public List<RunId> unpublished() {
        return ids("publishedSeq < lastEventSeq");
    }

    /** Runs that have not ended: Redis must have all their events, also after it lost some. */
    @Transactional
    public List<RunId> unended() {
        return ids("endedAt is null");
    }

    @Transactional
    public void published(RunId run, long seq) {
        // No version, no lock: whoever knows of more has published more.
        database.createQuery("update Run set publishedSeq = :seq where id = :run and publishedSeq < :seq")
                .setParameter("seq", seq)
                .setParameter("run", run.value())
                .executeUpdate();
    }

    /** Ended runs of which the archive and Redis have all, and whose streams are still kept for ever. */
    @Transactional
    public List<RunId> expirable() {
        return ids("""
                endedAt is not null and streamsExpireAt is null and publishedSeq = lastEventSeq and not exists (
                  select 1 from Attempt a where a.variation.run = r and not a.sealed)""");
    }

    /** Runs that a retry opened again, whose streams Redis may still be about to forget. */
    @Transactional
    public List<RunId> reopened() {
        return ids("endedAt is null and streamsExpireAt is not null");
    }

    /** What is done to the streams of a run with so many variations. */
    public interface ToStreams {
        void of(int variations);
    }

    /**
     * Has EXPIRE set, under the run's row lock: a retry comes wholly before, and the run is no longer to be forgotten,
     * or wholly after, and has it removed again.
     */
    @Transactional
    public void expire(RunId id, Duration kept, ToStreams expire) {
        Run run = runs.lock(id);
        if (run.endedAt != null && run.streamsExpireAt == null) {
            expire.of(run.variations.size());
            run.streamsExpireAt = clock.instant().plus(kept);
        }
    }

    /** Has EXPIRE removed, likewise. */
    @Transactional
    public void keep(RunId id, ToStreams persist) {
        Run run = runs.lock(id);
        if (run.endedAt == null && run.streamsExpireAt != null) {
            persist.of(run.variations.size());
            run.streamsExpireAt = null;
        }
    }

    private List<RunId> ids(String where) {
        return database.createQuery("select id from Run r where " + where + " order by createdAt", UUID.class)
                .setMaxResults(1000)
                .getResultStream()
                .map(RunId::new)
                .toList();
    }
}
