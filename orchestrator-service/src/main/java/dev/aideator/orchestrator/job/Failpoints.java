package dev.aideator.orchestrator.job;

import jakarta.inject.Singleton;

/** Ends this process, as SIGKILL would, when it comes to the configured moment. In production none is configured. */
@Singleton
public class Failpoints {

    /** As a shell tells of a process that was killed. */
    private static final int KILLED = 137;

    private final JobConfig config;

    Failpoints(JobConfig config) {
        this.config = config;
    }

    public void reach(Failpoint moment) {
        if (config.failpoint().filter(moment::equals).isPresent()) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
