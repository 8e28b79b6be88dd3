package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.run.AttemptRef;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.jboss.logging.Logger;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jakarta.inject.Singleton;

/**
 * This installation's Jobs and pods as the informers tell of them, so that looking at an attempt costs no call. What was
 * last known of a pod stays after its deletion, until {@link #forget}: how an agent ended stands in it.
 */
@Singleton
class ClusterView {

    private static final Logger LOG = Logger.getLogger(ClusterView.class);

    /** What there is of one attempt; {@code pod} as it was last seen, {@code podIsThere} whether it still is. */
    record Seen(Optional<Job> job, Optional<Pod> pod, boolean podIsThere) {

        private static final Seen NOTHING = new Seen(Optional.empty(), Optional.empty(), false);

        /** What is there now. */
        private List<HasMetadata> objects() {
            return Stream.<HasMetadata>concat(job.stream(), pod.stream().filter(last -> podIsThere))
                    .toList();
        }

        private Seen without(HasMetadata deleted) {
            return switch (deleted) {
                case Job gone -> without(gone);
                case Pod gone -> without(gone);
                default -> this;
            };
        }

        private Seen with(Job known) {
            return new Seen(Optional.of(known), pod, podIsThere);
        }

        private Seen without(Job deleted) {
            return new Seen(job.filter(known -> !isSame(known, deleted)), pod, podIsThere);
        }

        private Seen with(Pod known) {
            return new Seen(job, Optional.of(known), true);
        }

        private Seen without(Pod deleted) {
            return pod.filter(known -> isSame(known, deleted)).isPresent()
                    ? new Seen(job, Optional.of(deleted), false)
                    : this;
        }

        boolean isGone() {
            return job.isEmpty() && !podIsThere;
        }

        private static boolean isSame(HasMetadata one, HasMetadata other) {
            return Objects.equals(
                    one.getMetadata().getUid(), other.getMetadata().getUid());
        }
    }

    private final KubernetesClient client;
    private final KubernetesConfig config;
    private final Map<AttemptRef, Seen> seen = new ConcurrentHashMap<>();
    private volatile Consumer<AttemptRef> listener = attempt -> {};
    private volatile List<SharedIndexInformer<?>> informers = List.of();

    ClusterView(KubernetesClient client, KubernetesConfig config) {
        this.client = client;
        this.config = config;
    }

    void tell(Consumer<AttemptRef> changed) {
        listener = changed;
    }

    /** Starts to watch, or starts again where the watching has come to a halt. Does not wait. */
    synchronized void watch() {
        informers.forEach(SharedIndexInformer::stop);
        Map<String, String> labels = AgentLabels.ofInstallation(config.installation());
        informers = List.of(
                started(
                        client.batch()
                                .v1()
                                .jobs()
                                .inNamespace(config.namespace())
                                .withLabels(labels)
                                .runnableInformer(0),
                        Seen::with,
                        Seen::without),
                started(
                        client.pods()
                                .inNamespace(config.namespace())
                                .withLabels(labels)
                                .runnableInformer(0),
                        Seen::with,
                        Seen::without));
    }

    private <T extends HasMetadata> SharedIndexInformer<T> started(
            SharedIndexInformer<T> informer, BiFunction<Seen, T, Seen> added, BiFunction<Seen, T, Seen> deleted) {
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                change(object, added);
            }

            @Override
            public void onUpdate(T before, T object) {
                change(object, added);
            }

            @Override
            public void onDelete(T object, boolean lastStateUnknown) {
                change(object, deleted);
            }
        });
        informer.exceptionHandler((wasStarted, cause) -> {
            LOG.warnf("the cluster can't be watched, trying again reason=%s", cause.getMessage());
            return true;
        });
        informer.start();
        return informer;
    }

    private <T extends HasMetadata> void change(T object, BiFunction<Seen, T, Seen> change) {
        AgentLabels.attempt(object).ifPresent(attempt -> {
            seen.compute(attempt, (ref, known) -> change.apply(known == null ? Seen.NOTHING : known, object));
            listener.accept(attempt);
        });
    }

    /** Whether all that there is has been seen once. */
    boolean isComplete() {
        List<SharedIndexInformer<?>> current = informers;
        return !current.isEmpty() && current.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    Optional<Seen> of(AttemptRef attempt) {
        return Optional.ofNullable(seen.get(attempt));
    }

    /** Whether the view has this Job or pod in this version. */
    boolean hasHeardOf(HasMetadata object) {
        return AgentLabels.attempt(object).flatMap(this::of).stream()
                .flatMap(known -> known.objects().stream())
                .anyMatch(known -> Seen.isSame(known, object)
                        && known.getMetadata()
                                .getResourceVersion()
                                .equals(object.getMetadata().getResourceVersion()));
    }

    /** Of all Jobs and pods that are there, as far as anyone has told. */
    Set<String> uids() {
        return seen.values().stream()
                .flatMap(known -> known.objects().stream())
                .map(object -> object.getMetadata().getUid())
                .collect(Collectors.toSet());
    }

    Set<AttemptRef> attempts() {
        return Set.copyOf(seen.keySet());
    }

    /** Takes these for deleted: it happened while nobody watched, and no informer tells of that any more. */
    void lose(Set<String> uids) {
        seen.forEach((attempt, now) -> now.objects().stream()
                .filter(object -> uids.contains(object.getMetadata().getUid()))
                .forEach(object -> change(object, Seen::without)));
    }

    void forget(AttemptRef attempt) {
        seen.computeIfPresent(attempt, (ref, known) -> known.isGone() ? null : known);
    }

    /** Forgets the last of all attempts that are gone and that nobody asks about. */
    void forgetUnless(Predicate<AttemptRef> wanted) {
        seen.keySet().stream().filter(wanted.negate()).toList().forEach(this::forget);
    }

    synchronized void close() {
        informers.forEach(SharedIndexInformer::stop);
        informers = List.of();
    }
}
