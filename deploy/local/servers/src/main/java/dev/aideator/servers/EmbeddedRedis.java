package dev.aideator.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A Redis 6.2 on the loopback interface that keeps its data across restarts and never evicts any. */
public final class EmbeddedRedis implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final String LOOPBACK = "127.0.0.1";

    private final ChildProcess process;
    private final Path data;
    private final int port;
    private final Path log;
    private final List<String> options;
    private final boolean temporary;

    private EmbeddedRedis(
            ChildProcess process, List<String> options, Path data, int port, Path log, boolean temporary) {
        this.process = process;
        this.options = options;
        this.data = data;
        this.port = port;
        this.log = log;
        this.temporary = temporary;
    }

    /** Keeps its append-only file in {@code data}, made when it is not there, and logs to {@code log}. */
    public static EmbeddedRedis start(Path data, int port, Path log) {
        return start(List.of("--bind", LOOPBACK), data, port, log, false);
    }

    /** A throw-away server on a free port. */
    public static EmbeddedRedis temporary() {
        return temporary(Ports.free(), List.of("--bind", LOOPBACK));
    }

    /** The same with further settings, as the server's command line has them. */
    public static EmbeddedRedis temporaryWith(String... settings) {
        return temporary(Ports.free(), with(settings));
    }

    /** The same with a password, which it also knows its master by, if it is ever to have one: for tests. */
    public static EmbeddedRedis temporaryWithPassword(String password) {
        return temporaryWith("--requirepass", password, "--masterauth", password);
    }

    /** A replica of whoever listens on {@code masterPort} and has the same password: for tests. */
    public static EmbeddedRedis temporaryReplica(int masterPort, String password) {
        return temporaryWith(
                "--requirepass",
                password,
                "--masterauth",
                password,
                "--replicaof",
                LOOPBACK,
                Integer.toString(masterPort));
    }

    /** A throw-away server as a Cluster's node that has met no other yet: for tests. */
    public static EmbeddedRedis temporaryNode() {
        // Nodes talk to each other at a port that is higher by 10,000.
        int port = IntStream.generate(Ports::free)
                .filter(free -> free <= 65_535 - 10_000)
                .findFirst()
                .orElseThrow();
        return temporary(port, with("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
    }

    private static List<String> with(String... settings) {
        return Stream.concat(Stream.of("--bind", LOOPBACK), Stream.of(settings)).toList();
    }

    /** The same, for whoever reaches {@code address} of this machine as well: for tests, as it has no password. */
    public static EmbeddedRedis temporaryAlsoOn(String address) {
        return temporary(Ports.free(), List.of("--bind", LOOPBACK, address));
    }

    private static EmbeddedRedis temporary(int port, List<String> options) {
        try {
            Path folder = Files.createTempDirectory("aideator-redis-");
            return start(options, folder, port, folder.resolve("log"), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedRedis start(List<String> options, Path data, int port, Path log, boolean temporary) {
        try {
            Files.createDirectories(data);
            List<String> command = new ArrayList<>(List.of(
                    Binaries.redisServer().toString(),
                    "--protected-mode",
                    "no",
                    "--port",
                    String.valueOf(port),
                    "--dir",
                    data.toString(),
                    "--appendonly",
                    "yes",
                    "--save",
                    "",
                    "--maxmemory-policy",
                    "noeviction"));
            command.addAll(options);
            ChildProcess process = ChildProcess.start(command, Map.of(), log, ChildProcess.StopSignal.TERM, GRACE);
            EmbeddedRedis server = new EmbeddedRedis(process, options, data, port, log, temporary);
            Ports.awaitReady("Redis", process, log, () -> answers(port));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis could not be started: " + e.getMessage(), e);
        }
    }

    static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(7);
            // One that wants a password first is there as well; one that still loads its data is not.
            return answer[0] == '+' || new String(answer, StandardCharsets.US_ASCII).equals("-NOAUTH");
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public ChildProcess process() {
        return process;
    }

    /** The same server again, with the data that it had, after it was closed or killed. */
    public EmbeddedRedis restart() {
        return start(options, data, port, log, temporary);
    }

    /** Ends it and keeps its data, so that {@link #restart} finds them. */
    public void stop() {
        process.close();
    }

    @Override
    public void close() {
        process.close();
        if (temporary) {
            Binaries.delete(data);
        }
    }
}
