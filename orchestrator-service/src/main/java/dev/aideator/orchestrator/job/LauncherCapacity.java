package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.run.Capacity;
import dev.aideator.orchestrator.run.RunCapacity;

import jakarta.inject.Singleton;

/** The room where agents run, for those who take runs and know no launcher. */
@Singleton
class LauncherCapacity implements RunCapacity {

    private final JobLauncher launcher;

    LauncherCapacity(JobLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Capacity now() {
        return launcher.capacity();
    }
}
