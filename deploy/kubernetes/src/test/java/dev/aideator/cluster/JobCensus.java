package dev.aideator.cluster;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Counts every Job that was ever made in a namespace, by the variation that it was for. */
final class JobCensus implements AutoCloseable {

    private final Map<String, Set<String>> uids = new ConcurrentHashMap<>();
    private final Watch watch;
    private volatile boolean broken;

    JobCensus(Cluster cluster, String namespace) {
        watch = cluster.client().batch().v1().jobs().inNamespace(namespace).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, Job job) {
                Map<String, String> labels = job.getMetadata().getLabels();
                uids.computeIfAbsent(
                                labels.get("aideator.dev/run") + "/" + labels.get("aideator.dev/variation"),
                                variation -> ConcurrentHashMap.newKeySet())
                        .add(job.getMetadata().getUid());
            }

            @Override
            public void onClose(WatcherException cause) {
                broken = true;
            }
        });
    }

    int variations() {
        return uids.size();
    }

    int jobs() {
        return uids.values().stream().mapToInt(Set::size).sum();
    }

    /** Throws AssertionError when it may have missed some, as then it proves nothing. */
    int jobsOf(String run, int variation) {
        if (broken) {
            throw new AssertionError("The census lost its watch");
        }
        return uids.getOrDefault(run + "/" + variation, Set.of()).size();
    }

    @Override
    public void close() {
        watch.close();
    }
}
