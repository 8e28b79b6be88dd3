package dev.aideator.local;

import dev.aideator.servers.EmbeddedRedis;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What an attempt costs with the agent runner as a native executable, beside what it costs on a JVM. */
final class RunnerBench {

    private static final int WARM_UP_ROUNDS = 1;
    /** Odd, so that the median is one of the rounds. */
    private static final int ROUNDS = 9;

    private final Settings settings;
    private final Path repository;
    private final Path folder;
    private final PrintStream out;

    RunnerBench(Settings settings, Path folder, PrintStream out) throws IOException {
        this.settings = settings;
        this.folder = folder;
        this.out = out;
        this.repository = TinyRepository.create(folder.resolve("tiny.git"));
    }

    /** Throws {@link Refusal} where there is nothing to measure, or no way to do it. */
    void measure() throws IOException, InterruptedException {
        if (!ChildUsage.canBeTold()) {
            throw new Refusal("What a process takes is read from /proc, which this system does not have.");
        }
        Path executable = executable();
        List<ChildUsage> ofNative = new ArrayList<>();
        List<ChildUsage> ofJvm = new ArrayList<>();
        try (EmbeddedRedis redis = EmbeddedRedis.temporary()) {
            // In turns: whatever else the machine does meanwhile is in both.
            for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
                ChildUsage first = survey(List.of(executable.toString()), redis.url());
                ChildUsage second = survey(Service.runnerCommand(settings), redis.url());
                if (round >= WARM_UP_ROUNDS) {
                    ofNative.add(first);
                    ofJvm.add(second);
                }
            }
        }
        out.printf(
                "%d processors, Java %s, everything on this machine%n%n",
                Runtime.getRuntime().availableProcessors(), Runtime.version());
        out.printf("%-28s %10s %10s   %s%n", "Agent runner", "native", "JVM", "native/JVM");
        print("Start to the first event, ms", ofNative, ofJvm, ChildUsage::toFirstLine, 1e6);
        print("Start to exit, ms", ofNative, ofJvm, ChildUsage::toExit, 1e6);
        print("Peak resident memory, MB", ofNative, ofJvm, ChildUsage::peakBytes, 1e6);
        print("Processor time, ms", ofNative, ofJvm, ChildUsage::processorTime, 1e6);
        print(
                "Files, MB",
                Files.size(executable),
                sizeOf(Service.runnerJar(settings).getParent()),
                1e6);
        out.printf(
                "    medians of %d surveys of a tiny local repository each, in turns, after %d to warm up; events go to Redis"
                        + " and to standard output;%n    the JVM has the flags that `up` gives it; its files are without"
                        + " the JDK's%n",
                ROUNDS, WARM_UP_ROUNDS);
    }

    private Path executable() throws IOException {
        Path target = settings.checkout().resolve("agent-runner/target");
        try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "agent-runner-*-runner")) {
            for (Path executable : found) {
                return executable;
            }
        }
        throw new Refusal("There is no native agent runner in " + target
                + ": set GRAALVM_HOME to a GraalVM 25 and build it with ./mvnw package -Dquick -Dnative -pl agent-runner"
                + " -am");
    }

    private ChildUsage survey(List<String> command, String redisUrl) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(folder.resolve("runner.log").toFile());
        // Without EPOCH it opens the attempt itself, and leaves without awaiting anyone's seal.
        builder.environment()
                .putAll(Map.of(
                        "RUN_ID", UUID.randomUUID().toString(),
                        "VARIATION_ID", "0",
                        "AGENT", "survey",
                        "REPO_URL", repository.toString(),
                        "AIDEATOR_ALLOW_LOCAL_REPOS", "true",
                        "PROMPT", "What is this?",
                        "REDIS_URL", redisUrl));
        ChildUsage usage = ChildUsage.of(builder);
        if (!usage.output().contains("\"outcome\":\"completed\"")) {
            throw new IOException("A survey did not end well: " + usage.output());
        }
        return usage;
    }

    private void print(
            String what,
            List<ChildUsage> ofNative,
            List<ChildUsage> ofJvm,
            ToLongFunction<ChildUsage> figure,
            double unit) {
        print(what, median(ofNative, figure), median(ofJvm, figure), unit);
    }

    private void print(String what, long ofNative, long ofJvm, double unit) {
        out.printf("%-28s %10.1f %10.1f   %.2f%n", what, ofNative / unit, ofJvm / unit, (double) ofNative / ofJvm);
    }

    private static long median(List<ChildUsage> usages, ToLongFunction<ChildUsage> figure) {
        return usages.stream()
                .mapToLong(figure)
                .sorted()
                .skip(usages.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static long sizeOf(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        }
    }
}
