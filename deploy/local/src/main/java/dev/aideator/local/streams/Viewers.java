package dev.aideator.local.streams;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The process with the viewers, the same for every server. */
final class Viewers implements AutoCloseable {

    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    private Viewers(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /** {@code nanos}: until the last viewer was there. */
    record Opened(long nanos, int failed) {}

    /** What all viewers got together; {@code lastAt} is {@link System#nanoTime}, durations are nanoseconds. */
    record Result(long delivered, long lost, long repeated, long garbled, long lastAt, long p50, long p99) {}

    static Viewers start(Path log) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ViewerLoop.class.getName());
        return new Viewers(
                new ProcessBuilder(command).redirectError(log.toFile()).start());
    }

    long processorNanos() {
        return ProcessTree.of(process.toHandle()).processorNanos();
    }

    /** Returns once every viewer of every run is there; those of earlier calls stay. See {@link ViewerLoop}. */
    Opened watch(int port, String path, long firstRun, int runs, int viewers, int events, String mark)
            throws IOException {
        long[] answer = ask(
                "watch %d %s %d %d %d %d %s".formatted(port, path, firstRun, runs, viewers, events, mark), "opened");
        return new Opened(answer[0], (int) answer[1]);
    }

    Result await(long millis) throws IOException {
        long[] answer = ask("await " + millis, "result");
        return new Result(answer[0], answer[1], answer[2], answer[3], answer[4], answer[5], answer[6]);
    }

    /** As long as it is open, viewers may come and stay; they all leave with it. */
    interface Visit extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    Visit visit() {
        return () -> ask("close", "closed");
    }

    private long[] ask(String command, String expected) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String line = answers.readLine();
        if (line == null || !line.startsWith(expected)) {
            throw new IOException("The viewers' process answered " + line + " to " + command);
        }
        return Arrays.stream(line.split(" ")).skip(1).mapToLong(Long::parseLong).toArray();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
