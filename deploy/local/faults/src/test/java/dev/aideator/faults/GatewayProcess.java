package dev.aideator.faults;

import dev.aideator.servers.ChildProcess;
import dev.aideator.servers.Ports;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A stream gateway as it is shipped, in a process of its own that can be killed. */
final class GatewayProcess implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final Path JAR = Path.of("../../../stream-gateway-service/target/quarkus-app/quarkus-run.jar")
            .toAbsolutePath()
            .normalize();

    private final ChildProcess process;
    private final int port;

    private GatewayProcess(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Returns at once; see {@link #awaitReady}. {@code settings}: further ones, as environment variables. */
    static GatewayProcess start(int port, Map<String, String> settings, Path log) {
        assertThat(JAR).as("the packaged gateway").exists();
        Map<String, String> environment = new HashMap<>(Map.of(
                "AIDEATOR_GATEWAY_PORT", Integer.toString(port),
                "AIDEATOR_API_TOKEN", "",
                "AIDEATOR_ALLOWED_HOSTS", "",
                // All viewers come from this machine, and many watch one run.
                "AIDEATOR_GATEWAY_LIMITS_PER_ADDRESS", "0",
                "AIDEATOR_GATEWAY_LIMITS_PER_RUN", "0"));
        environment.putAll(settings);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                JAR.toString());
        return new GatewayProcess(
                ChildProcess.start(command, environment, log, ChildProcess.StopSignal.TERM, GRACE), port);
    }

    static GatewayProcess start(Map<String, String> settings, Path log) {
        return start(Ports.free(), settings, log);
    }

    GatewayProcess awaitReady() {
        await("the gateway at " + port).atMost(READY_WITHIN).until(() -> {
            assertThat(process.isAlive())
                    .as("the gateway at " + port + " lives")
                    .isTrue();
            return get("/q/health/ready") != null;
        });
        return this;
    }

    int port() {
        return port;
    }

    /** The sum of a meter over its tags, by the name that Prometheus has for it, or of those that begin so; 0 for none. */
    double meter(String name) {
        String all = get("/q/metrics");
        assertThat(all).as("the meters of the gateway at " + port).isNotNull();
        return all.lines()
                .filter(line -> line.startsWith(name) && !line.startsWith(name + "_"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Null for any answer but 200, and for none. */
    private String get(String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            connection.setConnectTimeout(5000);
            connection.setReadTimeout(5000);
            if (connection.getResponseCode() != 200) {
                return null;
            }
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** Asks it to end, and waits. */
    @Override
    public void close() {
        process.close();
    }
}
