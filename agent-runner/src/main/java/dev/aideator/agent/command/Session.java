package dev.aideator.agent.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A shell line in a session of its own, by which all that it starts is found again, also what it left behind. */
final class Session {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final Process leader;

    private Session(Process leader) {
        this.leader = leader;
    }

    static Session start(String line, Path folder, Map<String, String> environment) throws IOException {
        // The shell's process becomes the session's leader, so its pid is the session's id.
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", line).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Session(builder.start());
    }

    InputStream output() {
        return leader.getInputStream();
    }

    InputStream errors() {
        return leader.getErrorStream();
    }

    OutputStream input() {
        return leader.getOutputStream();
    }

    CompletableFuture<Integer> exit() {
        return leader.onExit().thenApply(Process::exitValue);
    }

    /** Asks every process of the session to end, and kills those that did not within {@code grace}. */
    void end(Duration grace) {
        boolean interrupted = Thread.interrupted();
        try {
            members().forEach(ProcessHandle::destroy);
            for (boolean gone = awaitNobody(grace); !gone; gone = awaitNobody(grace)) {
                members().forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            // Asked again: that ends the grace.
            members().forEach(ProcessHandle::destroyForcibly);
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Looks itself and does not ask for each one's exit: as a container's first process we inherit orphans, which stay
     * in the table of processes when they have ended.
     */
    private boolean awaitNobody(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!members().isEmpty()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
        }
        return true;
    }

    private List<ProcessHandle> members() {
        List<ProcessHandle> members = new ArrayList<>();
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            all.filter(process -> isMember(process.pid())).forEach(members::add);
        }
        return members;
    }

    private boolean isMember(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name in brackets may hold anything; state, parent, group and session follow it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[3]) == leader.pid() && !fields[0].equals("Z") && !fields[0].equals("X");
        } catch (IOException | RuntimeException e) {
            // It ended meanwhile.
            return false;
        }
    }
}
