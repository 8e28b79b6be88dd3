package dev.aideator.agent.install;

import io.quarkus.runtime.ImageMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The runner as it is installed here: one native executable and the certificates that it trusts. A copy of both makes
 * any image with a C library as new as ours an agent's workspace.
 */
public record Installation(Path executable, List<Path> bundles) {

    /** Where Debian, Red Hat, SUSE and Alpine keep the certificates that everyone trusts. */
    private static final List<Path> BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/ca-bundle.pem"),
            Path.of("/etc/ssl/cert.pem"));

    /** Throws IOException on a JVM, where there is no one file to copy. */
    public static Installation here() throws IOException {
        if (ImageMode.current() != ImageMode.NATIVE_RUN) {
            throw new IOException(
                    "only the native executable can be copied, and this runner runs on a JVM; use an image"
                            + " with the native runner");
        }
        return new Installation(Path.of("/proc/self/exe"), BUNDLES);
    }

    /** Files that are there already are replaced, each at once: whoever finds one finds all of it. */
    public void copyTo(Path folder) throws IOException {
        Path bundle = bundles.stream()
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(() -> new NoSuchFileException("no CA bundle at any of " + bundles));
        Files.createDirectories(folder);
        copy(executable, folder.resolve("agent-runner"), "rwxr-xr-x");
        copy(bundle, folder.resolve("ca-certificates.crt"), "rw-r--r--");
    }

    private static void copy(Path from, Path to, String permissions) throws IOException {
        Path fresh = to.resolveSibling(to.getFileName() + ".new");
        Files.copy(from, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
