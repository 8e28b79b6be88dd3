package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.run.AttemptRef;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.TimeTailPrettyLoggable;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.micrometer.core.instrument.MeterRegistry;

import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import jakarta.inject.Singleton;

/**
 * What is asked of the API server: the only place that calls it, and all calls are counted. Each throws
 * {@link KubernetesClientException}, with code 0 when there was no answer.
 */
@Singleton
class Cluster {

    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;
    private static final int CONFLICT = 409;

    private static final long PAGE = 500;
    private static final String FIELD_MANAGER = "aideator";

    /** Events tell nothing new within this time; many that wait ask for them at once. */
    private static final Duration EVENTS_AGE = Duration.ofSeconds(5);

    private record Heard(Instant at, List<String> events) {}

    private final KubernetesClient client;
    private final KubernetesConfig config;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();

    Cluster(KubernetesClient client, KubernetesConfig config, MeterRegistry meters, Clock clock) {
        this.client = client;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
    }

    private <T> T counted(String call, Supplier<T> made) {
        meters.counter("orchestrator.cluster.calls", "call", call).increment();
        return made.get();
    }

    /** Makes the Secret, or makes it what it should be: without the right to read it, in one call. */
    void apply(Secret secret) {
        PatchContext serverSide = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(FIELD_MANAGER)
                .withForce(true)
                .build();
        counted(
                "apply secret",
                () -> client.secrets()
                        .inNamespace(config.namespace())
                        .resource(secret)
                        .patch(serverSide));
    }

    Job create(Job job) {
        return counted(
                "create job",
                () -> client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(config.namespace())
                        .resource(job)
                        .create());
    }

    /** Lets the Job's Secret go when the Job goes. */
    void own(Job job) {
        String name = job.getMetadata().getName();
        Secret patch = new SecretBuilder()
                .withNewMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName(name)
                        .withUid(job.getMetadata().getUid())
                        .build())
                .endMetadata()
                .build();
        unlessMissing(() -> counted(
                "patch secret",
                () -> client.secrets()
                        .inNamespace(config.namespace())
                        .withName(name)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), patch)));
    }

    Optional<Job> job(AttemptRef attempt) {
        return Optional.ofNullable(counted(
                "get job",
                () -> client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(config.namespace())
                        .withName(AgentLabels.name(attempt))
                        .get()));
    }

    /** All of this installation. */
    List<Job> jobs() {
        return paged("list jobs", options -> {
            JobList list = client.batch()
                    .v1()
                    .jobs()
                    .inNamespace(config.namespace())
                    .withLabels(AgentLabels.ofInstallation(config.installation()))
                    .list(options);
            return new Page<>(list.getItems(), list.getMetadata().getContinue());
        });
    }

    /** All of this installation's agents. */
    List<Pod> pods() {
        return paged("list pods", options -> {
            PodList list = client.pods()
                    .inNamespace(config.namespace())
                    .withLabels(AgentLabels.ofInstallation(config.installation()))
                    .list(options);
            return new Page<>(list.getItems(), list.getMetadata().getContinue());
        });
    }

    private record Page<T>(List<T> items, String next) {}

    private <T> List<T> paged(String call, Function<ListOptions, Page<T>> list) {
        List<T> all = new ArrayList<>();
        String next = null;
        do {
            ListOptions options =
                    new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
            Page<T> page = counted(call, () -> list.apply(options));
            all.addAll(page.items());
            next = page.next();
        } while (next != null && !next.isEmpty());
        return all;
    }

    /** This very Job, and not another that took its name; what it owns goes too. */
    void delete(Job job) {
        DeleteOptions options = onlyThis(job);
        options.setPropagationPolicy("Background");
        delete("delete job", "/apis/batch/v1", "jobs", job, options);
    }

    /** With the pod's own time to end, or with another. */
    void delete(Pod pod, Optional<Duration> grace) {
        DeleteOptions options = onlyThis(pod);
        grace.ifPresent(time -> options.setGracePeriodSeconds(time.toSeconds()));
        delete("delete pod", "/api/v1", "pods", pod, options);
    }

    private static DeleteOptions onlyThis(HasMetadata object) {
        return new DeleteOptionsBuilder()
                .withApiVersion("v1")
                .withKind("DeleteOptions")
                .withNewPreconditions()
                .withUid(object.getMetadata().getUid())
                .endPreconditions()
                .build();
    }

    /** By hand: the client's own way knows no precondition on the uid. */
    private void delete(String call, String api, String kind, HasMetadata object, DeleteOptions options) {
        String path = String.join(
                "/",
                api,
                "namespaces",
                config.namespace(),
                kind,
                object.getMetadata().getName());
        unlessMissing(() -> counted(call, () -> client.raw(path, "DELETE", options)));
    }

    void deleteSecret(AttemptRef attempt) {
        unlessMissing(() -> counted(
                "delete secret",
                () -> client.secrets()
                        .inNamespace(config.namespace())
                        .withName(AgentLabels.name(attempt))
                        .delete()));
    }

    /** What was deleted already, or is another object of that name by now, need not be deleted. */
    private static void unlessMissing(Supplier<?> call) {
        try {
            call.get();
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND && e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }

    List<ResourceQuota> quotas() {
        return counted(
                "list quotas",
                () -> client.resourceQuotas()
                        .inNamespace(config.namespace())
                        .list()
                        .getItems());
    }

    /** What Kubernetes tells of this Job, or of its pod once there is one; oldest first. */
    List<String> events(HasMetadata object) {
        String uid = object.getMetadata().getUid();
        Instant now = clock.instant();
        Heard known = heard.get(uid);
        if (known == null || now.isAfter(known.at().plus(EVENTS_AGE))) {
            heard.values().removeIf(old -> now.isAfter(old.at().plus(EVENTS_AGE.multipliedBy(10))));
            known = new Heard(now, ask(uid));
            heard.put(uid, known);
        }
        return known.events();
    }

    private List<String> ask(String uid) {
        return counted(
                        "list events",
                        () -> client.v1()
                                .events()
                                .inNamespace(config.namespace())
                                .withField("involvedObject.uid", uid)
                                .list()
                                .getItems())
                .stream()
                .filter(event -> "Warning".equals(event.getType()))
                .sorted(Comparator.comparing(Cluster::time))
                .map(Event::getMessage)
                .toList();
    }

    private static String time(Event event) {
        return event.getLastTimestamp() != null
                ? event.getLastTimestamp()
                : event.getMetadata().getCreationTimestamp();
    }

    /** The log of the agent's container, each line behind its time; empty when there is none. */
    Optional<InputStream> log(Pod pod, Optional<Instant> since) {
        TimeTailPrettyLoggable log = client.pods()
                .inNamespace(config.namespace())
                .withName(pod.getMetadata().getName())
                .inContainer(AgentJob.CONTAINER)
                .usingTimestamps();
        try {
            return Optional.ofNullable(counted(
                    "get log",
                    () -> since.isPresent()
                            ? log.sinceTime(since.get()
                                            .truncatedTo(ChronoUnit.SECONDS)
                                            .toString())
                                    .getLogInputStream()
                            : log.getLogInputStream()));
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND || e.getCode() == BAD_REQUEST) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
