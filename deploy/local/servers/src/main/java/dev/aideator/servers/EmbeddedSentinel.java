package dev.aideator.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A throw-away Redis Sentinel that decides alone, and quickly: for tests. */
public final class EmbeddedSentinel implements AutoCloseable {

    private final ChildProcess process;
    private final Path folder;
    private final int port;

    private EmbeddedSentinel(ChildProcess process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Watches {@code master}, which its clients know as {@code name}; master and replicas have that password. */
    public static EmbeddedSentinel watching(String name, EmbeddedRedis master, String password) {
        return watching(name, master.port(), password);
    }

    /** The same for a master that is reached at another port than its own. */
    public static EmbeddedSentinel watching(String name, int masterPort, String password) {
        try {
            Path folder = Files.createTempDirectory("aideator-sentinel-");
            int port = Ports.free();
            // A Sentinel writes down in its settings what it learns.
            Path settings = Files.writeString(
                    folder.resolve("sentinel.conf"), """
                    port %1$d
                    bind 127.0.0.1
                    protected-mode no
                    dir %2$s
                    sentinel monitor %3$s 127.0.0.1 %4$d 1
                    sentinel auth-pass %3$s %5$s
                    sentinel down-after-milliseconds %3$s 500
                    sentinel failover-timeout %3$s 3000
                    """.formatted(port, folder, name, masterPort, password));
            Path log = folder.resolve("log");
            ChildProcess process = ChildProcess.start(
                    List.of(Binaries.redisServer().toString(), settings.toString(), "--sentinel"),
                    Map.of(),
                    log,
                    ChildProcess.StopSignal.TERM,
                    Duration.ofSeconds(5));
            Ports.awaitReady("Redis Sentinel", process, log, () -> EmbeddedRedis.answers(port));
            return new EmbeddedSentinel(process, folder, port);
        } catch (IOException e) {
            throw new UncheckedIOException("Redis Sentinel could not be started: " + e.getMessage(), e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.close();
        Binaries.delete(folder);
    }
}
