package dev.aideator.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that lives in a session of its own, so that a Ctrl-C in the terminal reaches only us, and that ends
 * when we do, also when we are killed.
 */
public final class ChildProcess implements AutoCloseable {

    /** What asks a process to end. */
    public enum StopSignal {
        TERM,
        /** PostgreSQL's fast shutdown: ends sessions instead of waiting for them. */
        INT
    }

    private final Process process;
    private final Duration grace;

    private ChildProcess(Process process, Duration grace) {
        this.process = process;
        this.grace = grace;
    }

    /**
     * Starts {@code command} with our environment and {@code environment} on top; what it prints is appended to
     * {@code log}. When it is closed it has {@code grace} to end before it is killed.
     */
    public static ChildProcess start(
            List<String> command, Map<String, String> environment, Path log, StopSignal signal, Duration grace) {
        try {
            Files.createDirectories(log.getParent());
            List<String> wrapped = new ArrayList<>(List.of("setsid", "sh", "-c", wrapper(), "child"));
            wrapped.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(wrapped)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            builder.environment().put("STOP_SIGNAL", signal.name());
            return new ChildProcess(builder.start(), grace);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static String wrapper() throws IOException {
        try (InputStream script = ChildProcess.class.getResourceAsStream("child.sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What was started, and all that it started in turn, without what only keeps watch over it. */
    public Stream<ProcessHandle> processes() {
        return process.children()
                .filter(child -> child.info()
                        .command()
                        .filter(it -> it.matches(".*/(ba|da)?sh"))
                        .isEmpty())
                .flatMap(child -> Stream.concat(Stream.of(child), child.descendants()));
    }

    /** Completes with the exit code. */
    public CompletableFuture<Integer> onExit() {
        return process.onExit().thenApply(Process::exitValue);
    }

    /** Asks the process to end, waits, and kills it when it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** SIGKILL, as a crash would end it: the process itself and all that it started. */
    public void kill() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
    }
}
