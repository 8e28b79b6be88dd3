package dev.aideator.orchestrator.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How agents are run. */
@ConfigMapping(prefix = "aideator.job")
public interface JobConfig {

    /** Where agents run. */
    enum Launcher {
        /** As child processes of this machine. */
        LOCAL,
        /** Each in a Kubernetes Job. */
        KUBERNETES
    }

    /** AIDEATOR_LAUNCHER: where agents run. */
    @WithDefault("local")
    Launcher launcher();

    /** MAX_PARALLEL_AGENTS: how many attempts may be under way at once; the other variations queue. */
    @WithDefault("4")
    int maxParallel();

    /** AIDEATOR_AGENT_DEADLINE: how long an agent may work before its runner ends it. */
    @WithDefault("30m")
    Duration deadline();

    /** How much longer than its deadline a runner may live before it is ended from here. */
    @WithDefault("1m")
    Duration overtime();

    /** How long a runner that was asked to end may take before it is killed. */
    @WithDefault("15s")
    Duration grace();

    /** AIDEATOR_AGENT_PENDING_PATIENCE: how long a cluster may take to make room for an attempt before that is ended. */
    @WithDefault("5m")
    Duration pendingPatience();

    /** How long a runner may take from its start until it has locked its pid file. */
    @WithDefault("60s")
    Duration startTimeout();

    /** AIDEATOR_AGENT_REDIS_URL: how agents reach Redis, where that differs from REDIS_URL. */
    @WithDefault("redis://127.0.0.1:6379")
    String agentRedisUrl();

    /** Where tests kill this service, see {@link Failpoints}. */
    Optional<Failpoint> failpoint();

    /** How often rows are looked through for what was left undone. */
    @WithDefault("2s")
    Duration sweepEvery();

    /** How often all that the launcher has is compared with the rows. */
    @WithDefault("30s")
    Duration compareEvery();

    /** AIDEATOR_ATTEMPTS_DIR: where attempts keep their files. */
    @WithDefault(".aideator/attempts")
    Path attemptsDir();

    /** AIDEATOR_STREAM_KEPT_IN_REDIS: of each agent's archived events, how many characters stay in Redis while it works. */
    @WithDefault("8388608")
    long keptInRedis();

    /** How long an attempt's log files stay after it ended; its events stay in the archive. */
    @WithDefault("7d")
    Duration keepFiles();

    /** AIDEATOR_RUNNER_COMMAND: the program that is an agent, with its arguments, split on spaces outside double quotes. */
    Optional<String> runnerCommand();
}
