package dev.aideator.orchestrator.run.api;

import dev.aideator.repository.HostPolicy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which repositories may be asked for. The agent runner checks again, when it connects. */
@ConfigMapping(prefix = "aideator.repositories")
public interface RepositoryConfig {

    /** AIDEATOR_ALLOW_LOCAL_REPOS: paths of this machine, and its loopback interface. */
    @WithDefault("false")
    boolean allowLocal();

    /** AIDEATOR_ALLOWED_REPO_HOSTS: hosts that may be private, and may do without https. */
    Optional<Set<String>> allowedHosts();

    default HostPolicy policy() {
        Set<String> hosts = allowedHosts().orElse(Set.of()).stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        return new HostPolicy(allowLocal(), hosts);
    }
}
