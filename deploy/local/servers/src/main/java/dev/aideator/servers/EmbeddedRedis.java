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

/** A Redis 6.2 on the loopback interface that keeps its data across restarts and never evicts any. */
public final class EmbeddedRedis implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(20);
    private static final String LOOPBACK = "127.0.0.1";

    private final ChildProcess process;
    private final Path data;
    private final int port;
    private final Path log;
    private final List<String> bind;
    private final boolean temporary;

    private EmbeddedRedis(ChildProcess process, List<String> bind, Path data, int port, Path log, boolean temporary) {
        this.process = process;
        this.bind = bind;
        this.data = data;
        this.port = port;
        this.log = log;
        this.temporary = temporary;
    }

    /** Keeps its append-only file in {@code data}, made when it is not there, and logs to {@code log}. */
    public static EmbeddedRedis start(Path data, int port, Path log) {
        return start(List.of(LOOPBACK), data, port, log, false);
    }

    /** A throw-away server on a free port. */
    public static EmbeddedRedis temporary() {
        return temporaryOn(List.of(LOOPBACK));
    }

    /** The same, for whoever reaches {@code address} of this machine as well: for tests, as it has no password. */
    public static EmbeddedRedis temporaryAlsoOn(String address) {
        return temporaryOn(List.of(LOOPBACK, address));
    }

    private static EmbeddedRedis temporaryOn(List<String> bind) {
        try {
            Path folder = Files.createTempDirectory("aideator-redis-");
            return start(bind, folder, Ports.free(), folder.resolve("log"), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedRedis start(List<String> bind, Path data, int port, Path log, boolean temporary) {
        try {
            Files.createDirectories(data);
            List<String> command = new ArrayList<>(List.of(Binaries.redisServer().toString(), "--bind"));
            command.addAll(bind);
            command.addAll(List.of(
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
            ChildProcess process = ChildProcess.start(command, Map.of(), log, ChildProcess.StopSignal.TERM, GRACE);
            EmbeddedRedis server = new EmbeddedRedis(process, bind, data, port, log, temporary);
            Ports.awaitReady("Redis", process, log, () -> answers(port));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("Redis could not be started: " + e.getMessage(), e);
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
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
        return start(bind, data, port, log, temporary);
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
