package dev.aideator.local;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class RunningStackTest {

    private static final RunningStack STACK = new RunningStack(
            ProcessHandle.current(),
            URI.create("http://localhost:8000"),
            URI.create("http://localhost:8001"),
            "redis://:secret@127.0.0.1:6379",
            "postgresql://aideator:secret@127.0.0.1:5433/aideator",
            Optional.of("sesame"));

    @TempDir
    Path home;

    @Test
    void is_found_again_as_it_was_written() throws Exception {
        Files.createDirectory(home.resolve("run"));
        STACK.write(home);
        STACK.write(home);
        assertThat(RunningStack.find(home)).contains(STACK);

        RunningStack open = new RunningStack(
                STACK.supervisor(),
                STACK.orchestrator(),
                STACK.gateway(),
                STACK.redisUrl(),
                STACK.databaseUrl(),
                Optional.empty());
        open.write(home);
        assertThat(RunningStack.find(home)).contains(open);
    }

    @Test
    void keeps_passwords_from_other_users() throws Exception {
        Files.createDirectory(home.resolve("run"));
        STACK.write(home);
        assertThat(Files.getPosixFilePermissions(RunningStack.file(home)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
}
