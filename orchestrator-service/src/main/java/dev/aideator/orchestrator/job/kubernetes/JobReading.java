package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.job.Observation;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.Waiting;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a Job and its pod say about the agent in them. Texts of Kubernetes are passed on behind a sentence of ours, since
 * they are what an operator searches for.
 *
 * @param job empty when it was deleted since it was made
 * @param pod the Job's only pod as it was last seen; empty when it was not made yet, or was gone before anyone looked
 * @param podIsThere whether that pod has not been deleted since
 * @param events what Kubernetes tells of a Job or pod that does not get on, oldest first; asked only then
 */
record JobReading(
        Optional<Job> job,
        Optional<Pod> pod,
        boolean podIsThere,
        Supplier<List<String>> events,
        Patience patience,
        Instant now) {

    /** How long Kubernetes may try again: to pull an image, and to find a place for a pod. */
    record Patience(Duration pull, Duration pending) {}

    private static final Set<String> PULL_FAILS = Set.of("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable");
    private static final Set<String> NEVER_PULLS = Set.of("InvalidImageName", "ErrImageNeverPull");
    private static final Set<String> NEVER_STARTS =
            Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

    /** Conditions of a Job that failed, and of one whose pod is being ended for that. */
    private static final Set<String> FAILED = Set.of("Failed", "FailureTarget");

    /** How long a Job or a pod may say nothing before its events are looked into. */
    private static final Duration QUIET = Duration.ofSeconds(5);

    static final Duration KUBELETS_ANSWER = Duration.ofSeconds(10);

    private static final int SIGNALLED = 128;

    Observation observation() {
        if (pod.isEmpty()) {
            return withoutPod();
        }
        Optional<ContainerStateTerminated> end = state(AgentJob.CONTAINER).map(ContainerState::getTerminated);
        if (end.isPresent()) {
            return new Observation.Gone(ending(end.get()));
        }
        if (!podIsThere) {
            return new Observation.Gone(disruption().orElseGet(this::deleted));
        }
        if (isUnreachable(pod.get(), now)) {
            return new Observation.Gone(nodeLost("Its node does not answer any more."));
        }
        Optional<Instant> running = state(AgentJob.CONTAINER)
                .map(ContainerState::getRunning)
                .map(state -> Instant.parse(state.getStartedAt()));
        if (running.isPresent()) {
            return new Observation.Alive(running.get(), disruption());
        }
        return switch (phase()) {
            case "Failed" -> new Observation.Gone(failedEarly());
            case "Succeeded" -> new Observation.Gone(crashed(0, ""));
            default -> beforeItRuns();
        };
    }

    // --- no pod yet, or no more ------------------------------------------------------------------------------

    private Observation withoutPod() {
        if (job.isEmpty() || isBeingDeleted(job.get())) {
            return new Observation.Gone(jobDeleted());
        }
        Optional<String> failed = failed();
        if (failed.isPresent()) {
            boolean late = failed.get().equals("DeadlineExceeded");
            return new Observation.Gone(late ? deadlineExceeded() : deleted());
        }
        if (Boolean.TRUE.equals(job.get().getSpec().getSuspend())) {
            return new Observation.Pending(
                    new Waiting(true, "suspended", "Waiting until the cluster's queue admits the agent."));
        }
        if (!isOlderThan(job.get().getMetadata().getCreationTimestamp(), QUIET)) {
            return new Observation.Starting();
        }
        return lastEvent().map(Refusal::of).map(this::refused).orElseGet(Observation.Starting::new);
    }

    private Observation refused(Refusal refusal) {
        boolean end = refusal.isFinal()
                || isOlderThan(job.orElseThrow().getMetadata().getCreationTimestamp(), patience.pending());
        return end ? new Observation.Gone(refusal.ending()) : new Observation.Pending(refusal.waiting());
    }

    /** The reason why the Job counts as failed, when it does. */
    private Optional<String> failed() {
        return job.map(Job::getStatus).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> FAILED.contains(condition.getType()) && "True".equals(condition.getStatus()))
                .map(condition -> condition.getReason() == null ? "" : condition.getReason())
                .findFirst();
    }

    // --- a pod that does not run yet -------------------------------------------------------------------------

    private Observation beforeItRuns() {
        Optional<PodCondition> unscheduled =
                condition("PodScheduled").filter(condition -> "False".equals(condition.getStatus()));
        if (unscheduled.isPresent()) {
            return unscheduled(unscheduled.get());
        }
        Optional<ContainerStateWaiting> waiting = Stream.of(AgentJob.INSTALLER, AgentJob.CONTAINER)
                .flatMap(name -> state(name).map(ContainerState::getWaiting).stream())
                .filter(state -> state.getReason() != null)
                .filter(state -> !state.getReason().equals("PodInitializing"))
                .findFirst();
        if (waiting.isPresent()) {
            Observation observation = waiting(waiting.get());
            if (!(observation instanceof Observation.Starting)) {
                return observation;
            }
        }
        return isOlderThan(placedAt(), patience.pull()) ? quiet() : new Observation.Starting();
    }

    private Observation unscheduled(PodCondition condition) {
        String why = text(condition.getMessage());
        return isOlderThan(condition.getLastTransitionTime(), patience.pending())
                ? new Observation.Gone(new Ending(
                        Outcome.UNSCHEDULABLE, "unschedulable", "No node of the cluster can take the agent. " + why))
                : new Observation.Pending(new Waiting(
                        false, "unschedulable", "Waiting for a node of the cluster that can take the agent. " + why));
    }

    private Observation waiting(ContainerStateWaiting waiting) {
        String reason = waiting.getReason();
        String message = text(waiting.getMessage());
        if (NEVER_PULLS.contains(reason)) {
            return new Observation.Gone(new Ending(
                    Outcome.IMAGE_PULL_FAILED, "invalid_image_name", "The agent's image can't be pulled. " + message));
        }
        if (PULL_FAILS.contains(reason)) {
            return isOlderThan(placedAt(), patience.pull())
                    ? new Observation.Gone(new Ending(
                            Outcome.IMAGE_PULL_FAILED,
                            "image_pull_failed",
                            "The agent's image can't be pulled: does it exist, and may this cluster have it? "
                                    + message))
                    : new Observation.Pending(new Waiting(
                            false, "image_pull_failing", "The agent's image can't be pulled yet. " + message));
        }
        if (NEVER_STARTS.contains(reason)) {
            return new Observation.Gone(couldNotStart(reason + ": " + message));
        }
        return new Observation.Starting();
    }

    /** A pod that has a place and says nothing: perhaps a volume that can't be mounted, which only events tell. */
    private Observation quiet() {
        Optional<String> event = lastEvent();
        if (event.isEmpty()) {
            return new Observation.Starting();
        }
        return isOlderThan(placedAt(), patience.pending())
                ? new Observation.Gone(couldNotStart(event.get()))
                : new Observation.Pending(new Waiting(
                        false, "container_creating", "The agent's container is not up yet. " + event.get()));
    }

    private static Ending couldNotStart(String why) {
        return new Ending(
                Outcome.START_FAILED, "container_could_not_start", "The agent's container could not start. " + why);
    }

    // --- the end ---------------------------------------------------------------------------------------------

    private Ending ending(ContainerStateTerminated end) {
        if ("OOMKilled".equals(end.getReason())) {
            return new Ending(
                    Outcome.OUT_OF_MEMORY,
                    "oom_killed",
                    "The agent took more memory than it may have and was ended by the cluster. Give agents more"
                            + " (AIDEATOR_AGENT_MEMORY_LIMIT), or let them do less.");
        }
        Optional<Ending> disruption = disruption();
        if (disruption.isPresent()) {
            return disruption.get();
        }
        if (Set.of("StartError", "ContainerCannotRun").contains(String.valueOf(end.getReason()))) {
            return couldNotStart(text(end.getMessage()));
        }
        return crashed(end.getExitCode(), text(end.getMessage()));
    }

    /** Whoever ended the pod from outside, when someone did or is about to. */
    private Optional<Ending> disruption() {
        if ("DeadlineExceeded".equals(reason())
                || failed().filter("DeadlineExceeded"::equals).isPresent()) {
            return Optional.of(deadlineExceeded());
        }
        if ("Evicted".equals(reason())) {
            return Optional.of(evicted(text(pod.orElseThrow().getStatus().getMessage())));
        }
        if ("NodeLost".equals(reason())) {
            return Optional.of(nodeLost(""));
        }
        Optional<PodCondition> target =
                condition("DisruptionTarget").filter(condition -> "True".equals(condition.getStatus()));
        if (target.isPresent()) {
            return Optional.of(disrupted(target.get()));
        }
        return isBeingDeleted(pod.orElseThrow()) ? Optional.of(deleted()) : Optional.empty();
    }

    private static Ending disrupted(PodCondition target) {
        String why = text(target.getMessage());
        return switch (text(target.getReason())) {
            case "PreemptionByScheduler" ->
                new Ending(
                        Outcome.EVICTED, "preempted", "The agent had to make room for something more urgent. " + why);
            case "DeletionByTaintManager" -> nodeLost(why);
            case "DeletionByPodGC" -> nodeLost(why);
            default -> evicted(why);
        };
    }

    private static Ending evicted(String why) {
        if (why.contains("exceeds the limit") || why.contains("exceeds the total limit")) {
            // The next attempt would fill it as well.
            return new Ending(
                    Outcome.FAILED,
                    "workspace_full",
                    "The agent wrote more than its workspace takes. Give agents more (AIDEATOR_AGENT_WORKSPACE_SIZE),"
                            + " or choose a smaller repository. " + why);
        }
        return new Ending(Outcome.EVICTED, "evicted", "The agent's node had to send it away. " + why);
    }

    private static Ending nodeLost(String why) {
        return new Ending(Outcome.LOST, "node_lost", "The agent's node was lost, and the agent with it. " + why);
    }

    private Ending deleted() {
        return job.isEmpty() || isBeingDeleted(job.get())
                ? jobDeleted()
                : new Ending(Outcome.LOST, "pod_deleted", "Someone deleted the agent's pod.");
    }

    static Ending jobDeleted() {
        return new Ending(Outcome.LOST, "job_deleted", "Someone deleted the agent's Job.");
    }

    private static Ending deadlineExceeded() {
        return new Ending(
                Outcome.TIMED_OUT, "deadline_exceeded", "The agent was ended by the cluster: its time was up.");
    }

    /** The pod failed, and the agent's container never ran. */
    private Ending failedEarly() {
        Optional<ContainerStateTerminated> installer = state(AgentJob.INSTALLER).map(ContainerState::getTerminated);
        return disruption()
                .or(() -> installer.map(end -> couldNotStart(
                        "The agent runner could not be copied into the image. " + text(end.getMessage()))))
                .orElseGet(() -> couldNotStart(
                        reason() + " " + text(pod.orElseThrow().getStatus().getMessage())));
    }

    private static Ending crashed(int code, String lastWords) {
        // Where it left no message Kubernetes gives the end of its log, which is events, and perhaps a last cry.
        String said = lastWords
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("{"))
                .reduce("", (before, line) -> " It said: " + line.strip());
        if (code > SIGNALLED && code < SIGNALLED + 65) {
            return new Ending(
                    Outcome.AGENT_CRASHED,
                    "signal_" + (code - SIGNALLED),
                    "The agent's process was ended by signal " + (code - SIGNALLED) + "." + said);
        }
        return new Ending(
                Outcome.AGENT_CRASHED,
                "exit_" + code,
                "The agent's process ended with exit code " + code + " and without an outcome." + said);
    }

    // --- reading ---------------------------------------------------------------------------------------------

    /** Whether a pod's time to end is over and it is still there: nobody on its node carries that out. */
    static boolean isUnreachable(Pod pod, Instant now) {
        String end = pod.getMetadata().getDeletionTimestamp();
        // A kubelet that lives kills what is left when the grace ends, and says so within seconds.
        return end != null && now.isAfter(Instant.parse(end).plus(KUBELETS_ANSWER));
    }

    private static boolean isBeingDeleted(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    private String phase() {
        return text(pod.orElseThrow().getStatus().getPhase());
    }

    private String reason() {
        return text(pod.orElseThrow().getStatus().getReason());
    }

    /** When the pod got its node; its creation while that is unknown. */
    private String placedAt() {
        return condition("PodScheduled")
                .map(PodCondition::getLastTransitionTime)
                .orElseGet(() -> pod.orElseThrow().getMetadata().getCreationTimestamp());
    }

    private Optional<PodCondition> condition(String type) {
        return pod.orElseThrow().getStatus().getConditions().stream()
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    private Optional<ContainerState> state(String container) {
        return Stream.concat(
                        pod.orElseThrow().getStatus().getInitContainerStatuses().stream(),
                        pod.orElseThrow().getStatus().getContainerStatuses().stream())
                .filter(status -> container.equals(status.getName()))
                .map(ContainerStatus::getState)
                .findFirst();
    }

    private Optional<String> lastEvent() {
        List<String> all = events.get();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private boolean isOlderThan(String timestamp, Duration age) {
        return timestamp != null && now.isAfter(Instant.parse(timestamp).plus(age));
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
