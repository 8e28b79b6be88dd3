package dev.aideator.gateway.kubernetes;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The cluster whose pods' logs are read. In {@link #namespace} the gateway needs the rights to list pods and to get
 * pods/log, and no others.
 */
@ConfigMapping(prefix = "aideator.gateway.kubernetes")
public interface KubernetesConfig {

    /** Files that say where the API server is, as kubectl takes them; without one a pod's service account does. */
    Optional<String> kubeconfig();

    /** The API server as a pod sees it. */
    Optional<String> serviceHost();

    @WithDefault("443")
    int servicePort();

    /** Where a pod finds its service account's token and the API server's certificates. */
    @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount")
    Path serviceAccount();

    /** The namespace that agents run in. */
    @WithDefault("aideator-agents")
    String namespace();

    /** Whose agents: several installations may share a namespace. */
    @WithDefault("aideator")
    String installation();

    /** How long an answer may take before the API server counts as away; a log may be quiet for longer. */
    @WithDefault("5s")
    Duration patience();

    /** Logs that are followed at once; further ones wait, and their events come from the archive meanwhile. */
    @WithDefault("1000")
    int follows();

    /** How often it is looked whether a pod that was not there is there by now. */
    @WithDefault("1s")
    Duration poll();

    /** How long a log's connection may be quiet before it is asked elsewhere whether the log is. */
    @WithDefault("15s")
    Duration stall();

    /** How long a log that has just been opened must be quiet to have told all that it had. */
    @WithDefault("500ms")
    Duration settle();
}
