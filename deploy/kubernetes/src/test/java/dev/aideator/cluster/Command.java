package dev.aideator.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A program of this machine, run to its end: kubectl, helm, the kit's script. */
final class Command {

    /** What it printed, errors included. */
    record Result(List<String> command, int code, String output) {
        /** The output of a command that must not fail. */
        String mustSucceed() {
            if (code != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + code + ":\n" + output);
            }
            return output;
        }
    }

    private Command() {}

    static Result run(List<String> command) throws IOException, InterruptedException {
        return run(command, "");
    }

    static Result run(List<String> command, String input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<Void> fed = CompletableFuture.runAsync(() -> {
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            } catch (IOException e) {
                // It ended without reading all: its code says how.
            }
        });
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        fed.join();
        return new Result(command, code, output);
    }
}
