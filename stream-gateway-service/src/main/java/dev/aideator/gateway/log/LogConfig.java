package dev.aideator.gateway.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The logs that agents leave behind, read where Redis is not wanted or not there. */
@ConfigMapping(prefix = "aideator.gateway.log")
public interface LogConfig {

    /** Where agents run, and so where their logs are. */
    enum Place {
        /** Processes of the local launcher, which write to files. */
        FILES,
        /** Pods. */
        PODS
    }

    /** Which logs are read: {@code files} or {@code pods}. */
    @WithDefault("files")
    Place place();

    /** Where the local launcher keeps the files of attempts; without it there are no files to read. */
    Optional<Path> attemptsDir();

    /** How often the agents' files are looked at. */
    @WithDefault("100ms")
    Duration poll();

    /** How often the orchestrator is asked for the run's own events, which stand in no log. */
    @WithDefault("500ms")
    Duration runPoll();

    /** How long the archive has time to bring what a log lacks of a run that goes on, before it counts as gone. */
    @WithDefault("10s")
    Duration holePatience();
}
