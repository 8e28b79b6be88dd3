package dev.aideator.orchestrator.job.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an agent's program left running. It may have outlived the runner and be in no session or group that we know of,
 * but it was born with folders of the attempt's workspace as its HOME or TMPDIR, which nobody else has.
 */
record Strays(Path workspace) {

    /** A process may start another while we look; one that goes on doing so is the next sweep's. */
    private static final int LOOKS = 3;

    /** Ends them all; does nothing where there is no /proc. */
    void kill() {
        for (int look = 0; look < LOOKS; look++) {
            List<ProcessHandle> found =
                    ProcessHandle.allProcesses().filter(this::isOurs).toList();
            if (found.isEmpty()) {
                return;
            }
            found.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private boolean isOurs(ProcessHandle process) {
        try {
            Path environment = Path.of("/proc", Long.toString(process.pid()), "environ");
            List<String> variables = List.of(
                    Files.readString(environment, StandardCharsets.ISO_8859_1).split("\0"));
            return variables.contains(latin1("HOME=" + workspace.resolve("home")))
                    || variables.contains(latin1("TMPDIR=" + workspace.resolve("tmp")));
        } catch (IOException e) {
            // Another user's, or gone.
            return false;
        }
    }

    /** Bytes as the kernel has them, one character each: a path may be in any encoding. */
    private static String latin1(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
