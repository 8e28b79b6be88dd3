package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.job.RunnerEnvironment.Variables;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The Job of an attempt as it should be, and the Secret that it reads. Pure: the same attempt has the same Job. */
final class AgentJob {

    static final String CONTAINER = "agent";
    static final String INSTALLER = "install-runner";

    private static final String QUEUE = "kueue.x-k8s.io/queue-name";

    private static final long USER = 65532;

    private static final String SETTINGS_DIR = "/var/run/aideator";
    private static final String WORKSPACE = "/workspace";
    private static final String PROMPT = "prompt";

    /** Where the runner is in its own image, and where it is put for a user's image. */
    private static final String RUNNER_DIR = "/opt/aideator";

    private static final String RUNNER = RUNNER_DIR + "/agent-runner";
    private static final String CERTIFICATES = RUNNER_DIR + "/ca-certificates.crt";
    private static final String TERMINATION_MESSAGE = "/dev/termination-log";

    /** A runner that is late ends itself first, with an outcome; the Job's deadline is for one that hangs. */
    private static final Duration OVERTIME = Duration.ofMinutes(1);

    private AgentJob() {}

    /** What no description of a pod is to show. A program that the runner starts is the same user, and could read it. */
    static Secret secret(Assignment assignment, Variables variables, KubernetesConfig config) {
        Map<String, String> files = new TreeMap<>(variables.secret());
        files.put(PROMPT, assignment.prompt());
        return new SecretBuilder()
                .withNewMetadata()
                .withName(AgentLabels.name(assignment.attempt()))
                .withNamespace(config.namespace())
                .withLabels(AgentLabels.of(assignment.attempt(), config.installation()))
                .endMetadata()
                .withType("Opaque")
                .withStringData(files)
                .build();
    }

    /** {@code limit}: how long the attempt may take in all, from the Job's start, waiting included. */
    static Job desired(Assignment assignment, Variables variables, KubernetesConfig config, Duration limit) {
        AttemptRef attempt = assignment.attempt();
        Map<String, String> labels = AgentLabels.of(attempt, config.installation());
        Optional<String> queue = config.queue().filter(Predicate.not(String::isBlank));
        return new JobBuilder()
                .withNewMetadata()
                .withName(AgentLabels.name(attempt))
                .withNamespace(config.namespace())
                .withLabels(labels)
                .addToLabels(queue.map(name -> Map.of(QUEUE, name)).orElse(Map.of()))
                .endMetadata()
                .withNewSpec()
                // One pod, ever: a second one would number its events from 1 again.
                .withBackoffLimit(0)
                .withCompletions(1)
                .withParallelism(1)
                .withPodReplacementPolicy("Failed")
                .withSuspend(queue.isPresent() ? true : null)
                .withActiveDeadlineSeconds(limit.plus(OVERTIME).toSeconds())
                .withTtlSecondsAfterFinished((int) config.keepFinished().toSeconds())
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .addToAnnotations("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")
                .addToAnnotations("kubectl.kubernetes.io/default-container", CONTAINER)
                .endMetadata()
                .withSpec(pod(assignment, variables, config))
                .endTemplate()
                .endSpec()
                .build();
    }

    private static PodSpec pod(Assignment assignment, Variables variables, KubernetesConfig config) {
        boolean usersImage = assignment.image() != null;
        PodSpecBuilder pod = new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(config.grace().toSeconds())
                .withAutomountServiceAccountToken(false)
                .withServiceAccountName(config.serviceAccount().orElse(null))
                .withEnableServiceLinks(false)
                .withImagePullSecrets(set(config.imagePullSecrets().orElse(List.of())).stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withNodeSelector(nodeSelector(config))
                .withTolerations(tolerations(config))
                .withPriorityClassName(config.priorityClass().orElse(null))
                .withRuntimeClassName(config.runtimeClass().orElse(null))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withContainers(agent(assignment, variables, config))
                .withVolumes(volumes(assignment, config));
        if (usersImage) {
            pod.withInitContainers(installer(config))
                    .addToVolumes(new VolumeBuilder()
                            .withName("runner")
                            .withNewEmptyDir()
                            .endEmptyDir()
                            .build());
        }
        return pod.build();
    }

    private static Container agent(Assignment assignment, Variables variables, KubernetesConfig config) {
        Map<String, String> environment = new TreeMap<>(variables.plain());
        environment.put("SETTINGS_DIR", SETTINGS_DIR);
        environment.put("PROMPT_FILE", SETTINGS_DIR + "/" + PROMPT);
        environment.put("WORKSPACE_DIR", WORKSPACE + "/attempt");
        environment.put("OUTCOME_FILE", TERMINATION_MESSAGE);
        environment.put("HOME", WORKSPACE);
        List<VolumeMount> mounts = new ArrayList<>(List.of(
                mount("settings", SETTINGS_DIR, true),
                mount("workspace", WORKSPACE, false),
                mount("tmp", "/tmp", false)));
        ContainerBuilder container = new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(image(assignment, variables, config))
                .withWorkingDir(WORKSPACE)
                .withTerminationMessagePath(TERMINATION_MESSAGE)
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withResources(resources(config))
                .withSecurityContext(restricted());
        if (assignment.image() != null) {
            environment.put("SSL_CERT_FILE", CERTIFICATES);
            container.withCommand(RUNNER);
            mounts.add(mount("runner", RUNNER_DIR, true));
        }
        return container
                .withEnv(environment.entrySet().stream()
                        .map(variable -> new EnvVar(variable.getKey(), variable.getValue(), null))
                        .toList())
                .withVolumeMounts(mounts)
                .build();
    }

    private static String image(Assignment assignment, Variables variables, KubernetesConfig config) {
        if (assignment.image() != null) {
            return assignment.image();
        }
        return "command".equals(variables.plain().get("AGENT")) ? config.toolsImage() : config.agentImage();
    }

    /** Brings the runner into an image that does not have it. */
    private static Container installer(KubernetesConfig config) {
        return new ContainerBuilder()
                .withName(INSTALLER)
                .withImage(config.agentImage())
                // Arguments to the image's own entry point, wherever it has its executable.
                .withArgs("install", RUNNER_DIR + "-copy")
                .withResources(resources(config))
                .withSecurityContext(restricted())
                .withVolumeMounts(mount("runner", RUNNER_DIR + "-copy", false), mount("tmp", "/tmp", false))
                .build();
    }

    private static SecurityContext restricted() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    private static ResourceRequirements resources(KubernetesConfig config) {
        return new ResourceRequirementsBuilder()
                .addToRequests("cpu", new Quantity(config.cpuRequest()))
                .addToRequests("memory", new Quantity(config.memoryRequest()))
                .addToLimits("cpu", new Quantity(config.cpuLimit()))
                .addToLimits("memory", new Quantity(config.memoryLimit()))
                .build();
    }

    private static List<Volume> volumes(Assignment assignment, KubernetesConfig config) {
        return List.of(
                new VolumeBuilder()
                        .withName("settings")
                        .withNewSecret()
                        .withSecretName(AgentLabels.name(assignment.attempt()))
                        .withDefaultMode(0440)
                        .endSecret()
                        .build(),
                new VolumeBuilder()
                        .withName("workspace")
                        .withNewEmptyDir()
                        .withSizeLimit(new Quantity(config.workspaceSize()))
                        .endEmptyDir()
                        .build(),
                new VolumeBuilder()
                        .withName("tmp")
                        .withNewEmptyDir()
                        .withSizeLimit(new Quantity("1Gi"))
                        .endEmptyDir()
                        .build());
    }

    private static VolumeMount mount(String volume, String path, boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path)
                .withReadOnly(readOnly ? true : null)
                .build();
    }

    /** Throws IllegalArgumentException for a setting that says nothing. */
    private static Map<String, String> nodeSelector(KubernetesConfig config) {
        Map<String, String> labels = new TreeMap<>();
        for (String label : set(config.nodeSelector().orElse(List.of()))) {
            String[] parts = label.split("=", 2);
            if (parts.length < 2) {
                throw new IllegalArgumentException(
                        "AIDEATOR_AGENT_NODE_SELECTOR is key=value,key=value, not \"" + label + "\"");
            }
            labels.put(parts[0], parts[1]);
        }
        return labels;
    }

    private static List<Toleration> tolerations(KubernetesConfig config) {
        return config.tolerations()
                .filter(Predicate.not(String::isBlank))
                .map(json -> Arrays.asList(Serialization.unmarshal(json, Toleration[].class)))
                .orElse(List.of());
    }

    private static List<String> set(List<String> values) {
        return values.stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .toList();
    }
}
