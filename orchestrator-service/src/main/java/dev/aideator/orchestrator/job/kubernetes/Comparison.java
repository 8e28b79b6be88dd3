package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.job.JobConfig;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.run.JobStanding;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jakarta.inject.Singleton;

/**
 * The full comparison of what the cluster has with the rows, and with what the view was told: removes Jobs that nobody
 * asked for, and finds out what no watch told of. Made by one thread at a time.
 */
@Singleton
class Comparison {

    private static final Logger LOG = Logger.getLogger(Comparison.class);

    private final Cluster cluster;
    private final ClusterView view;
    private final Attempts attempts;
    private final JobConfig jobs;
    private final Clock clock;

    /** Versions of Jobs and pods that the last comparison saw and the view had not heard of. */
    private Set<String> unheard = Set.of();
    /** Jobs and pods that the view has and the last comparison did not find, by their uids. */
    private Set<String> missing = Set.of();

    Comparison(Cluster cluster, ClusterView view, Attempts attempts, JobConfig jobs, Clock clock) {
        this.cluster = cluster;
        this.view = view;
        this.attempts = attempts;
        this.jobs = jobs;
        this.clock = clock;
    }

    void make() {
        // Before the lists: what comes while they are made is not missing in them.
        Set<String> known = view.uids();
        // Jobs before rows: a Job exists because a row said so, so the row of a Job that is listed has been written.
        List<Job> jobsThere = cluster.jobs();
        List<HasMetadata> there = new ArrayList<>(jobsThere);
        there.addAll(cluster.pods());
        Map<AttemptRef, Job> byAttempt = new HashMap<>();
        jobsThere.forEach(job -> AgentLabels.attempt(job)
                .ifPresentOrElse(
                        attempt -> byAttempt.put(attempt, job),
                        () -> LOG.warnf(
                                "a Job has our labels and names no attempt job=%s",
                                job.getMetadata().getName())));
        Set<AttemptRef> asked = new HashSet<>(byAttempt.keySet());
        asked.addAll(view.attempts());
        Map<AttemptRef, JobStanding> rows = attempts.lookUp(asked);
        byAttempt.forEach((attempt, job) -> compare(attempt, job, rows.get(attempt)));
        loseWhatIsMissing(known, uids(there));
        watchAgainWhenDeaf(there);
        // How a live attempt's pod ended is still to be told, though its Job is gone.
        view.forgetUnless(attempt -> byAttempt.containsKey(attempt) || rows.get(attempt) instanceof JobStanding.Live);
    }

    private void compare(AttemptRef attempt, Job job, JobStanding row) {
        switch (row) {
            case JobStanding.Live live -> {}
            case JobStanding.Unknown none -> deleteOrphan(attempt, job, "no row asked for it");
            case JobStanding.Ended ended -> {
                // Who ended it deletes it within seconds; this is for one that was killed before.
                if (clock.instant().isAfter(ended.at().plus(jobs.compareEvery()))) {
                    deleteOrphan(attempt, job, "its attempt has ended");
                }
            }
        }
    }

    private void deleteOrphan(AttemptRef attempt, Job job, String why) {
        if (job.getMetadata().getDeletionTimestamp() == null) {
            LOG.infof(
                    "deleting a Job job=%s uid=%s: %s",
                    job.getMetadata().getName(), job.getMetadata().getUid(), why);
            cluster.delete(job);
            cluster.deleteSecret(attempt);
        }
    }

    /** What two comparisons in a row did not find: of what went a moment ago an informer has more to tell, how it ended. */
    private void loseWhatIsMissing(Set<String> known, Set<String> there) {
        Set<String> missed = new HashSet<>(known);
        missed.removeAll(there);
        Set<String> lost = new HashSet<>(missed);
        lost.retainAll(missing);
        view.lose(lost);
        missing = missed;
    }

    private static Set<String> uids(List<HasMetadata> objects) {
        return objects.stream().map(object -> object.getMetadata().getUid()).collect(Collectors.toSet());
    }

    /** The informers recover by themselves from all that they notice; a watch that went silent is noticed here. */
    private void watchAgainWhenDeaf(List<HasMetadata> there) {
        Set<String> missed = new HashSet<>();
        for (HasMetadata object : there) {
            String version =
                    object.getMetadata().getUid() + "/" + object.getMetadata().getResourceVersion();
            if (!view.hasHeardOf(object)) {
                missed.add(version);
            }
        }
        if (missed.stream().anyMatch(unheard::contains)) {
            LOG.warnf("the watch of the cluster went silent and is started again missed=%d", missed.size());
            view.watch();
            missed = Set.of();
        }
        unheard = missed;
    }
}
