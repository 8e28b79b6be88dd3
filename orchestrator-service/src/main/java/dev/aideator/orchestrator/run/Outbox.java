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

    private final EntityManager database;
    private final Clock clock;

    Outbox(EntityManager database, Clock clock) {
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

    @Transactional
    public void expiring(RunId run, Duration kept) {
        database.createQuery("update Run set streamsExpireAt = :at where id = :run")
                .setParameter("at", clock.instant().plus(kept))
                .setParameter("run", run.value())
                .executeUpdate();
    }

    @Transactional
    public int variations(RunId run) {
        return database.createQuery("select count(*) from Variation where run.id = :run", Long.class)
                .setParameter("run", run.value())
                .getSingleResult()
                .intValue();
    }

    private List<RunId> ids(String where) {
        return database.createQuery("select id from Run r where " + where + " order by createdAt", UUID.class)
                .setMaxResults(1000)
                .getResultStream()
                .map(RunId::new)
                .toList();
    }
}
