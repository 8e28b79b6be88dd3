package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.job.AttemptLog;
import dev.aideator.orchestrator.job.Failpoint;
import dev.aideator.orchestrator.job.Failpoints;
import dev.aideator.orchestrator.job.JobConfig;
import dev.aideator.orchestrator.job.JobLauncher;
import dev.aideator.orchestrator.job.Observation;
import dev.aideator.orchestrator.job.RunnerEnvironment;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.run.Capacity;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.Waiting;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.jboss.logging.Logger;

import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;

/**
 * Runs each agent in a Kubernetes Job of its own. The Jobs are all there is to know: whoever comes next finds them by
 * their names, which follow from the attempts.
 */
@Singleton
@Typed(KubernetesJobLauncher.class)
public final class KubernetesJobLauncher implements JobLauncher {

    private static final Logger LOG = Logger.getLogger(KubernetesJobLauncher.class);

    private static final int CONFLICT = 409;

    /** How long a Job that was there is taken to be there, while the watch does not tell of it. */
    private static final Duration UNSEEN = Duration.ofSeconds(3);

    /** How long a log that the cluster can't get is asked for. */
    private static final Duration LOG_PATIENCE = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final ClusterView view;
    private final Comparison comparison;
    private final Attempts attempts;
    private final RunnerEnvironment environment;
    private final KubernetesConfig config;
    private final JobConfig jobs;
    private final Failpoints failpoints;
    private final Clock clock;

    /** Attempts whose Job is recorded, and owns its Secret, and when this process last knew that the Job was there. */
    private final Map<AttemptRef, Instant> recorded = new ConcurrentHashMap<>();
    /** Attempts whose Job this process has asked to be deleted. */
    private final Set<AttemptRef> deleted = ConcurrentHashMap.newKeySet();

    private final Map<AttemptRef, Instant> withoutLogSince = new ConcurrentHashMap<>();

    private volatile Capacity capacity = new Capacity.Unknown();

    KubernetesJobLauncher(
            Cluster cluster,
            ClusterView view,
            Comparison comparison,
            Attempts attempts,
            RunnerEnvironment environment,
            KubernetesConfig config,
            JobConfig jobs,
            Failpoints failpoints,
            Clock clock) {
        this.cluster = cluster;
        this.view = view;
        this.comparison = comparison;
        this.attempts = attempts;
        this.environment = environment;
        this.config = config;
        this.jobs = jobs;
        this.failpoints = failpoints;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public Capacity capacity() {
        return capacity;
    }

    @Override
    public void begin(Hints hints) {
        view.tell(hints::changed);
        view.watch();
    }

    @Override
    public void end() {
        view.close();
    }

    // --- start -----------------------------------------------------------------------------------------------

    @Override
    public void start(Assignment assignment) {
        RunnerEnvironment.Variables variables = environment.of(assignment);
        Job job;
        try {
            cluster.apply(AgentJob.secret(assignment, variables, config));
            failpoints.reach(Failpoint.SECRET_MADE);
            job = create(AgentJob.desired(assignment, variables, config, limit()), assignment.attempt());
        } catch (KubernetesClientException e) {
            throw refused(e);
        }
        failpoints.reach(Failpoint.JOB_MADE);
        record(assignment.attempt(), job);
        failpoints.reach(Failpoint.JOB_RECORDED);
        LOG.infof(
                "job made run=%s variation=%d attempt=%d job=%s uid=%s",
                assignment.attempt().run(),
                assignment.attempt().variation().index(),
                assignment.attempt().epoch(),
                job.getMetadata().getName(),
                job.getMetadata().getUid());
    }

    private Duration limit() {
        return jobs.deadline().plus(jobs.pendingPatience());
    }

    private Job create(Job desired, AttemptRef attempt) {
        try {
            return cluster.create(desired);
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw e;
            }
        }
        Job there = cluster.job(attempt).orElseThrow(() -> notYet("Its Job was there a moment ago."));
        if (!AgentLabels.isOf(there, attempt, config.installation())) {
            throw new NotStartable(new Ending(
                    Outcome.START_FAILED,
                    "name_taken",
                    "There is a Job " + there.getMetadata().getName() + " already that is not this installation's."));
        }
        if (there.getMetadata().getDeletionTimestamp() != null) {
            throw notYet("Its Job is still being deleted.");
        }
        return there;
    }

    private static NotYetStartable notYet(String why) {
        return new NotYetStartable(
                new Waiting(false, "pod_not_created", why), new Ending(Outcome.LOST, "job_deleted", why));
    }

    /** What is no answer to what was asked is thrown on, to be tried again. */
    private static RuntimeException refused(KubernetesClientException e) {
        boolean answer = e.getCode() >= 400 && e.getCode() < 500 && e.getCode() != 408 && e.getCode() != 429;
        if (!answer) {
            return e;
        }
        String text = e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : e.getMessage();
        Refusal refusal = Refusal.of(text);
        return refusal.isFinal()
                ? new NotStartable(refusal.ending())
                : new NotYetStartable(refusal.waiting(), refusal.ending());
    }

    private void record(AttemptRef attempt, Job job) {
        cluster.own(job);
        attempts.recordJob(attempt, job.getMetadata().getUid());
        recorded.put(attempt, clock.instant());
    }

    // --- look ------------------------------------------------------------------------------------------------

    @Override
    public Observation observe(AttemptRef attempt) {
        if (!view.isComplete()) {
            return new Observation.Starting();
        }
        Optional<ClusterView.Seen> seen = view.of(attempt);
        if (seen.isEmpty() || (seen.get().job().isEmpty() && seen.get().pod().isEmpty())) {
            return !deleted.contains(attempt) && isThereUnseen(attempt)
                    ? new Observation.Starting()
                    : new Observation.NotStarted();
        }
        if (seen.get().job().isPresent() && !recorded.containsKey(attempt)) {
            record(attempt, seen.get().job().get());
        }
        return new JobReading(
                        seen.get().job(),
                        seen.get().pod(),
                        seen.get().podIsThere(),
                        () -> events(seen.get()),
                        new JobReading.Patience(config.pullPatience(), jobs.pendingPatience()),
                        clock.instant())
                .observation();
    }

    /** A Job that was made a moment ago may not have been told of yet: under load by many seconds. */
    private boolean isThereUnseen(AttemptRef attempt) {
        Instant now = clock.instant();
        Instant known = recorded.get(attempt);
        if (known == null) {
            return false;
        }
        if (now.isBefore(known.plus(UNSEEN))) {
            return true;
        }
        boolean there = cluster.job(attempt).isPresent();
        if (there) {
            recorded.replace(attempt, now);
        }
        return there;
    }

    private List<String> events(ClusterView.Seen seen) {
        return seen.pod()
                .<HasMetadata>map(pod -> pod)
                .or(seen::job)
                .map(cluster::events)
                .orElse(List.of());
    }

    @Override
    public Optional<Ending> vanished(AttemptRef attempt) {
        return cluster.job(attempt).isPresent() ? Optional.empty() : Optional.of(JobReading.jobDeleted());
    }

    @Override
    public Optional<FinalOutcome> outcome(AttemptRef attempt) {
        return view.of(attempt)
                .flatMap(ClusterView.Seen::pod)
                .flatMap(KubernetesJobLauncher::terminationMessage)
                .flatMap(message -> decoded(attempt, message));
    }

    private static Optional<String> terminationMessage(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> AgentJob.CONTAINER.equals(status.getName()))
                .map(ContainerStatus::getState)
                .map(ContainerState::getTerminated)
                .filter(Objects::nonNull)
                .map(ContainerStateTerminated::getMessage)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** A container that died without a word leaves the end of its log there. */
    private static Optional<FinalOutcome> decoded(AttemptRef attempt, String message) {
        try {
            return Optional.of(FinalOutcome.decode(message));
        } catch (IllegalArgumentException e) {
            LOG.debugf("a termination message is no outcome attempt=%s", attempt);
            return Optional.empty();
        }
    }

    @Override
    public AttemptLog log(AttemptRef attempt) {
        return new PodLog(since -> openLog(attempt, since), clock);
    }

    private Optional<InputStream> openLog(AttemptRef attempt, Optional<Instant> since) {
        Optional<ClusterView.Seen> seen = view.of(attempt).filter(ClusterView.Seen::podIsThere);
        Optional<Pod> pod = seen.flatMap(ClusterView.Seen::pod)
                .filter(there -> !JobReading.isUnreachable(there, clock.instant()))
                .filter(KubernetesJobLauncher::hasRun);
        try {
            Optional<InputStream> log = pod.flatMap(there -> cluster.log(there, since));
            withoutLogSince.remove(attempt);
            return log;
        } catch (KubernetesClientException e) {
            // An API server that is away comes back; one that can't get a log from a node may never.
            if (e.getCode() > 0 && isHopeless(attempt)) {
                LOG.warnf("an agent's log can't be had attempt=%s reason=%s", attempt, e.getMessage());
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isHopeless(AttemptRef attempt) {
        Instant now = clock.instant();
        return now.isAfter(
                withoutLogSince.computeIfAbsent(attempt, first -> now).plus(LOG_PATIENCE));
    }

    private static boolean hasRun(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> AgentJob.CONTAINER.equals(status.getName()))
                .map(ContainerStatus::getState)
                .anyMatch(state -> state.getRunning() != null || state.getTerminated() != null);
    }

    // --- end -------------------------------------------------------------------------------------------------

    @Override
    public void terminate(AttemptRef attempt) {
        Optional<ClusterView.Seen> seen = view.of(attempt);
        if (seen.isPresent() && seen.get().podIsThere()) {
            // With the pod's own grace: its runner says what it has, and that it was ended.
            cluster.delete(seen.get().pod().orElseThrow(), Optional.empty());
        } else {
            cluster.job(attempt).ifPresent(cluster::delete);
        }
    }

    /** The pod's own, which its node enforces, and the time that the node takes to say so. */
    @Override
    public Duration grace() {
        return config.grace().plus(JobReading.KUBELETS_ANSWER);
    }

    @Override
    public void kill(AttemptRef attempt) {
        view.of(attempt)
                .filter(ClusterView.Seen::podIsThere)
                .flatMap(ClusterView.Seen::pod)
                // With no grace at all the API server would forget it before its node had ended it.
                .ifPresent(pod -> cluster.delete(pod, Optional.of(Duration.ofSeconds(1))));
        view.of(attempt).flatMap(ClusterView.Seen::job).ifPresent(cluster::delete);
    }

    @Override
    public boolean tidy(AttemptRef attempt) {
        if (!view.isComplete()) {
            return false;
        }
        Optional<ClusterView.Seen> seen = view.of(attempt);
        Optional<Job> job = seen.flatMap(ClusterView.Seen::job);
        if (job.isPresent() && job.get().getMetadata().getDeletionTimestamp() == null && deleted.add(attempt)) {
            deleteOrForget(attempt, job.get());
        }
        if (seen.isPresent() && !seen.get().isGone() && !isUnreachable(seen.get())) {
            return false;
        }
        if (seen.isEmpty() || !recorded.containsKey(attempt)) {
            // With no Job that owned it, perhaps, it goes with nobody.
            cluster.deleteSecret(attempt);
        }
        recorded.remove(attempt);
        deleted.remove(attempt);
        withoutLogSince.remove(attempt);
        view.forget(attempt);
        return true;
    }

    private void deleteOrForget(AttemptRef attempt, Job job) {
        try {
            cluster.delete(job);
        } catch (RuntimeException e) {
            deleted.remove(attempt);
            throw e;
        }
    }

    private boolean isUnreachable(ClusterView.Seen seen) {
        return seen.podIsThere() && JobReading.isUnreachable(seen.pod().orElseThrow(), clock.instant());
    }

    @Override
    public void forget(AttemptRef attempt) {
        // A Job's files went with its pod.
    }

    @Override
    public void sweep() {
        capacity = config.queue().filter(queue -> !queue.isBlank()).isPresent()
                ? new Capacity.Unbounded()
                : Quotas.room(cluster.quotas(), config, jobs.maxParallel());
        comparison.make();
    }
}
