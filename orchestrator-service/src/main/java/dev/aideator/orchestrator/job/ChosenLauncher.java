package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.job.kubernetes.KubernetesJobLauncher;
import dev.aideator.orchestrator.job.local.LocalJobLauncher;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The launcher that AIDEATOR_LAUNCHER names; the other one is never made. */
class ChosenLauncher {

    @Produces
    @Singleton
    JobLauncher launcher(
            JobConfig config, Instance<LocalJobLauncher> local, Instance<KubernetesJobLauncher> kubernetes) {
        return switch (config.launcher()) {
            case LOCAL -> local.get();
            case KUBERNETES -> kubernetes.get();
        };
    }
}
