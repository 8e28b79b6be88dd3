package dev.aideator.orchestrator.job.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A runner's process and all that it started: it leads a session and a process group of its own. Pids are used again,
 * but no process gets a pid while a group of that number has members.
 */
record RunnerSession(PidFile.Runner runner) {

    /** The clocks of two JVMs that look at one process differ by rounding. */
    private static final Duration SAME_START = Duration.ofSeconds(3);

    /** Asks the runner, and only it: what it started is its to end. */
    void terminate() {
        ProcessHandle.of(runner.pid()).filter(this::isRunner).ifPresent(ProcessHandle::destroy);
    }

    /** Ends the runner and all in its group, also after the runner itself has ended. */
    void kill() {
        if (runner.pid() <= 1 || isSomeoneElse()) {
            return;
        }
        List<ProcessHandle> descendants = ProcessHandle.of(runner.pid())
                .map(handle -> handle.descendants().toList())
                .orElse(List.of());
        signalGroup();
        // Those that made a group of their own.
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private void signalGroup() {
        try {
            // In the form that every shell takes: with -KILL, dash does not know --.
            new ProcessBuilder("sh", "-c", "kill -s KILL -- -" + runner.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether this session began before {@code ground}, the machine or container that it needs, did. */
    boolean isOlderThan(Instant ground) {
        return runner.since().plus(SAME_START).isBefore(ground);
    }

    private boolean isSomeoneElse() {
        return ProcessHandle.of(runner.pid())
                .filter(handle -> !isRunner(handle))
                .isPresent();
    }

    private boolean isRunner(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .map(start -> Duration.between(start, runner.since()).abs().compareTo(SAME_START) <= 0)
                .orElse(true);
    }
}
