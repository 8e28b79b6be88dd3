package dev.aideator.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A command of the supervisor as a process of its own, as the script starts it. */
final class Supervisor {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(120);

    private final Process process;
    private final Path printed;

    private Supervisor(Process process, Path printed) {
        this.process = process;
        this.printed = printed;
    }

    static Supervisor start(Map<String, String> environment, String... arguments) throws IOException {
        Path printed = Files.createTempFile("aideator-printed", "");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Daideator.checkout=" + TestStack.CHECKOUT,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().putAll(environment);
        return new Supervisor(builder.start(), printed);
    }

    /** Runs it to its end and returns what it printed. */
    static String run(int expectedCode, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Supervisor command = start(environment, arguments);
        assertThat(command.process.waitFor(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(command.process.exitValue()).as(command.printed()).isEqualTo(expectedCode);
        return command.printed();
    }

    String printed() throws IOException {
        return Files.readString(printed, StandardCharsets.UTF_8);
    }

    Process process() {
        return process;
    }
}
