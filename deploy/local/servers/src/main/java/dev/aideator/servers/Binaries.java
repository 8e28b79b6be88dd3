package dev.aideator.servers;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** Server binaries that came as Maven artifacts, unpacked once per user. */
final class Binaries {

    private static final Set<PosixFilePermission> EXECUTABLE = PosixFilePermissions.fromString("rwxr-xr-x");

    private Binaries() {}

    /** The folder of an unpacked PostgreSQL, with {@code bin/postgres} and {@code bin/initdb}. */
    static Path postgres() throws IOException {
        return unpackedOnce("postgres-18.6.0", folder -> {
            try (InputStream archive = resource("/postgres-linux-x86_64.txz")) {
                extract(
                        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive))),
                        folder);
            }
        });
    }

    /** The {@code redis-server} executable. */
    static Path redisServer() throws IOException {
        return unpackedOnce("redis-6.2", folder -> {
                    Path server = folder.resolve("redis-server");
                    try (InputStream binary = resource("/redis-server-6.2.6-v5-linux-amd64")) {
                        Files.copy(binary, server);
                    }
                    Files.setPosixFilePermissions(server, EXECUTABLE);
                })
                .resolve("redis-server");
    }

    /** As root, servers run as nobody, who may not look into root's home. */
    private static Path cache() {
        if (isRoot()) {
            return Path.of("/var/cache/aideator");
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path caches = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return caches.resolve("aideator");
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private interface Unpacking {
        void into(Path folder) throws IOException;
    }

    /** Whoever renames first wins, so that two builds may unpack at once and a killed one leaves nothing half done. */
    private static Path unpackedOnce(String name, Unpacking unpacking) throws IOException {
        Path target = cache().resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(target.getParent());
        Path fresh = Files.createTempDirectory(target.getParent(), name + "-");
        Files.setPosixFilePermissions(fresh, EXECUTABLE);
        try {
            unpacking.into(fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            delete(fresh);
        } catch (IOException e) {
            delete(fresh);
            throw e;
        }
        return target;
    }

    private static void extract(TarArchiveInputStream tar, Path folder) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = folder.resolve(entry.getName()).normalize();
            if (entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, path);
                Files.setPosixFilePermissions(path, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        return (mode & 0111) != 0
                ? EXECUTABLE
                : EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.OTHERS_READ);
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = Binaries.class.getResourceAsStream(name);
        if (stream == null) {
            throw new FileNotFoundException("No " + name + " on the class path: only Linux on x86-64 has embedded"
                    + " servers; set DATABASE_URL and REDIS_URL to servers of your own");
        }
        return stream;
    }

    static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
