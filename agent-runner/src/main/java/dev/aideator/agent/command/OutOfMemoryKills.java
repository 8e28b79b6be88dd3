package dev.aideator.agent.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How many processes of this container the kernel has ended because its memory was used up: what makes that known from
 * any other SIGKILL. Counted by the container's control group.
 */
record OutOfMemoryKills(List<Path> counters) {

    private static final String NAME = "oom_kill ";

    /** As containers see their own group: version 2, and version 1. */
    static OutOfMemoryKills ofContainer() {
        return new OutOfMemoryKills(
                List.of(Path.of("/sys/fs/cgroup/memory.events"), Path.of("/sys/fs/cgroup/memory/memory.oom_control")));
    }

    /** Empty where nobody counts them. */
    OptionalLong count() {
        for (Path counter : counters) {
            try (Stream<String> lines = Files.lines(counter)) {
                return lines.filter(line -> line.startsWith(NAME))
                        .mapToLong(line ->
                                Long.parseLong(line.substring(NAME.length()).strip()))
                        .findFirst();
            } catch (NoSuchFileException e) {
                // The other version's, or no container at all.
            } catch (IOException | RuntimeException e) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }
}
