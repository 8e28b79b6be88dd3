package dev.aideator.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Agent-runners that live though no stack does: each is a session of its own, so that it outlives an orchestrator that
 * crashed. Found by their pid files, which hold number and start time.
 */
final class LeftOverRunners {

    private static final Duration GRACE = Duration.ofSeconds(10);
    /** attempts / run / variation / epoch / pid. */
    private static final int PID_FILE_DEPTH = 4;

    private LeftOverRunners() {}

    static List<ProcessHandle> find(Path attempts) {
        if (!Files.isDirectory(attempts)) {
            return List.of();
        }
        try (Stream<Path> files = Files.find(
                attempts, PID_FILE_DEPTH, (path, attributes) -> attributes.isRegularFile() && path.endsWith("pid"))) {
            return files.flatMap(file -> process(file).stream()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<ProcessHandle> process(Path pidFile) {
        try {
            String[] identity = Files.readString(pidFile).strip().split(" ");
            return identity.length == 2
                    ? ProcessIdentity.find(Long.parseLong(identity[0]), Long.parseLong(identity[1]))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            // A runner that is only just starting, or a folder that is only just removed.
            return Optional.empty();
        }
    }

    /** Ends them as cancelled, and kills those that do not listen. Returns how many there were. */
    static int end(Path attempts) throws InterruptedException {
        return end(attempts, GRACE);
    }

    static int end(Path attempts, Duration grace) throws InterruptedException {
        List<ProcessHandle> runners = find(attempts);
        runners.forEach(ProcessHandle::destroy);
        CompletableFuture<?> allEnded = CompletableFuture.allOf(
                runners.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new));
        try {
            allEnded.get(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            runners.stream().filter(ProcessHandle::isAlive).forEach(LeftOverRunners::kill);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Waiting for a process does not fail", e);
        }
        return runners.size();
    }

    private static void kill(ProcessHandle runner) {
        List<ProcessHandle> agents = runner.descendants().toList();
        runner.destroyForcibly();
        agents.forEach(ProcessHandle::destroyForcibly);
    }
}
