package dev.aideator.events;

import java.nio.file.Path;

/**
 * Where an attempt that runs as a local process keeps its files: what the launcher, the runner and the gateway's log
 * source agree on. Under Kubernetes the pod's own files take its place.
 */
public record AttemptFolder(Path path) {

    public static AttemptFolder of(Path attempts, String runId, int variation, long epoch) {
        return new AttemptFolder(attempts.resolve(new RunKeys(runId).runId())
                .resolve(Integer.toString(variation))
                .resolve(Long.toString(epoch)));
    }

    /** Locked while the runner lives; holds its pid and, separated by a space, its start time in epoch milliseconds. */
    public Path pid() {
        return path.resolve("pid");
    }

    /** The agent's events, a line of JSON each. */
    public Path stdout() {
        return path.resolve("stdout.jsonl");
    }

    /** The runner's own log, for operators. */
    public Path stderr() {
        return path.resolve("stderr.log");
    }

    /** What the runner leaves behind when it ends: a {@link FinalOutcome}. */
    public Path outcome() {
        return path.resolve("outcome.json");
    }

    public Path prompt() {
        return path.resolve("prompt.txt");
    }

    /** The checkout and all that the agent makes; removed when the attempt has ended. */
    public Path workspace() {
        return path.resolve("workspace");
    }
}
