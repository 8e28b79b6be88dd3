package dev.aideator.orchestrator.job.kubernetes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How the Jobs that run agents are made. Quantities are as Kubernetes writes them: 250m, 512Mi. */
@ConfigMapping(prefix = "aideator.kubernetes")
interface KubernetesConfig {

    /** AIDEATOR_AGENTS_NAMESPACE: where Jobs are made. */
    @WithDefault("aideator-agents")
    String namespace();

    /** AIDEATOR_INSTALLATION: which of several AIdeators that share the namespace this one is; a label's value. */
    @WithDefault("aideator")
    String installation();

    /** AIDEATOR_AGENT_IMAGE: the agent runner. */
    @WithDefault("aideator/agent-runner:latest")
    String agentImage();

    /** AIDEATOR_TOOLS_IMAGE: the agent runner with a shell and the programs that command agents are. */
    @WithDefault("aideator/agent-tools:latest")
    String toolsImage();

    /** AIDEATOR_IMAGE_PULL_SECRETS: Secrets of the agents' namespace that images are pulled with. */
    Optional<List<String>> imagePullSecrets();

    /** AIDEATOR_AGENT_SERVICE_ACCOUNT: agents get no token of it; the namespace's default one when not set. */
    Optional<String> serviceAccount();

    /** AIDEATOR_AGENT_CPU_REQUEST: what an agent is sure to have. */
    @WithDefault("250m")
    String cpuRequest();

    /** AIDEATOR_AGENT_CPU_LIMIT: what an agent has at most. */
    @WithDefault("2")
    String cpuLimit();

    /** AIDEATOR_AGENT_MEMORY_REQUEST: what an agent is sure to have. */
    @WithDefault("512Mi")
    String memoryRequest();

    /** AIDEATOR_AGENT_MEMORY_LIMIT: an agent that takes more is ended as out_of_memory. */
    @WithDefault("2Gi")
    String memoryLimit();

    /** AIDEATOR_AGENT_WORKSPACE_SIZE: how large checkout and work may become. */
    @WithDefault("4Gi")
    String workspaceSize();

    /** AIDEATOR_AGENT_NODE_SELECTOR: labels of the nodes that agents may run on, {@code key=value,key=value}. */
    Optional<List<String>> nodeSelector();

    /** AIDEATOR_AGENT_TOLERATIONS: taints that agents bear, as a JSON list. */
    Optional<String> tolerations();

    /** AIDEATOR_AGENT_PRIORITY_CLASS: the PriorityClass of agents' pods. */
    Optional<String> priorityClass();

    /** AIDEATOR_AGENT_RUNTIME_CLASS: the RuntimeClass of agents' pods, such as gvisor. */
    Optional<String> runtimeClass();

    /** AIDEATOR_QUEUE: the Kueue LocalQueue that admits Jobs, which are made suspended then. */
    Optional<String> queue();

    /** How long an agent that was asked to end may take until its node kills it. */
    @WithDefault("15s")
    Duration grace();

    /** How long an image that can't be pulled is tried again. */
    @WithDefault("15s")
    Duration pullPatience();

    /** How long a finished Job stays if nobody removes it. */
    @WithDefault("1d")
    Duration keepFinished();
}
