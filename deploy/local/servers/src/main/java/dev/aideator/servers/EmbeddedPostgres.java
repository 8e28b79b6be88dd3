package dev.aideator.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A PostgreSQL 18 on the loopback interface. It refuses to run as root, so as root it runs as nobody. */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final int NOBODY = 65534;
    /** The number of CAP_DAC_READ_SEARCH. */
    private static final int DAC_READ_SEARCH = 2;

    private static final Duration GRACE = Duration.ofSeconds(20);

    private final ChildProcess process;
    private final int port;
    private final Path temporary;
    private final Supplier<EmbeddedPostgres> again;

    private EmbeddedPostgres(ChildProcess process, int port, Path temporary, Supplier<EmbeddedPostgres> again) {
        this.process = process;
        this.port = port;
        this.temporary = temporary;
        this.again = again;
    }

    /** Keeps its data in {@code data}, made when it is not there, and logs to {@code log}. */
    public static EmbeddedPostgres start(Path data, int port, Path log) {
        return start(data, port, log, null, List.of());
    }

    /** A throw-away server on a free port, without the durability that costs time. */
    public static EmbeddedPostgres temporary() {
        try {
            Path folder = Files.createTempDirectory("aideator-postgres-");
            // As root it is another user who must get through.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            List<String> careless =
                    List.of("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off");
            return start(folder.resolve("data"), Ports.free(), folder.resolve("log"), folder, careless);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedPostgres start(Path data, int port, Path log, Path temporary, List<String> settings) {
        try {
            Path home = Binaries.postgres();
            Files.createDirectories(log.getParent());
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                initialize(home, data, log);
            }
            List<String> command = asServerUser();
            command.addAll(List.of(home.resolve("bin/postgres").toString(), "-D", data.toString()));
            command.addAll(List.of("-h", "127.0.0.1", "-p", String.valueOf(port), "-k", ""));
            command.addAll(settings);
            ChildProcess process = ChildProcess.start(command, Map.of(), log, ChildProcess.StopSignal.INT, GRACE);
            EmbeddedPostgres server =
                    new EmbeddedPostgres(process, port, temporary, () -> start(data, port, log, temporary, settings));
            Ports.awaitReady("PostgreSQL", process, log, () -> answers(port));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL could not be started: " + e.getMessage(), e);
        }
    }

    /** Under another name first: a folder that was initialized half, before the power went, would never start. */
    private static void initialize(Path home, Path data, Path log) throws IOException {
        Path fresh = data.resolveSibling(data.getFileName() + ".new");
        if (Files.exists(fresh)) {
            Binaries.delete(fresh);
        }
        Files.createDirectories(fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
        if (Binaries.isRoot()) {
            Files.setAttribute(fresh, "unix:uid", NOBODY);
            Files.setAttribute(fresh, "unix:gid", NOBODY);
        }
        List<String> command = asServerUser();
        command.addAll(List.of(home.resolve("bin/initdb").toString(), "-D", fresh.toString()));
        command.addAll(List.of("-U", "aideator", "-A", "trust", "-E", "UTF8", "--no-locale"));
        try (ChildProcess initdb = ChildProcess.start(command, Map.of(), log, ChildProcess.StopSignal.TERM, GRACE)) {
            if (initdb.onExit().join() != 0) {
                String hint = Binaries.isRoot() && !mayGiveCapability(DAC_READ_SEARCH)
                        ? "; it runs as nobody, who must be able to reach " + data + ": put AIDEATOR_HOME elsewhere,"
                                + " such as /var/lib/aideator"
                        : "";
                throw new IOException("initdb failed, see " + log + hint);
            }
        }
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * nobody may not look into root's home, where the data may lie: the one capability lets it through the folders
     * on the way, and is not a right to write. A container may lack it; there, folders lie open more often.
     */
    private static List<String> asServerUser() throws IOException {
        List<String> command = new ArrayList<>();
        if (Binaries.isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
            if (mayGiveCapability(DAC_READ_SEARCH)) {
                command.addAll(List.of("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"));
            }
        }
        return command;
    }

    private static boolean mayGiveCapability(int capability) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapBnd:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("CapBnd:".length()).strip(), 16))
                .anyMatch(bounds -> (bounds >> capability & 1) == 1);
    }

    /** PostgreSQL answers an SSL request with one byte once it takes connections, and not before. */
    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1000);
            socket.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f});
            return socket.getInputStream().read() == 'N';
        } catch (IOException e) {
            return false;
        }
    }

    /** In the form that DATABASE_URL takes: {@code postgresql://user@host:port/database}. */
    public String url() {
        return "postgresql://aideator@127.0.0.1:" + port + "/postgres";
    }

    public int port() {
        return port;
    }

    public ChildProcess process() {
        return process;
    }

    /** Starts a stopped one again, on the same port and with its data. */
    public EmbeddedPostgres restart() {
        return again.get();
    }

    /** Ends it and keeps its data, so that {@link #restart} finds them. */
    public void stop() {
        process.close();
    }

    @Override
    public void close() {
        process.close();
        if (temporary != null) {
            Binaries.delete(temporary);
        }
    }
}
