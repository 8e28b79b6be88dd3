package dev.aideator.repository;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * An address that a repository may be cloned from: plain https (or, on this machine, http) to a host, or a local path
 * where those are allowed. Checked by what it says; {@link HostPolicy} checks where it leads.
 */
public sealed interface RepositoryAddress {

    /** As git takes it. */
    String text();

    /** {@code https://host/path}, or {@code http} to a loopback host. */
    record Remote(URI uri) implements RepositoryAddress {
        @Override
        public String text() {
            return uri.toString();
        }

        public String host() {
            return uri.getHost();
        }
    }

    /** A repository in the local file system. */
    record Local(Path path) implements RepositoryAddress {
        @Override
        public String text() {
            return path.toString();
        }
    }

    /** Throws {@link RefusedAddress}, with a sentence for the user, for everything else. */
    static RepositoryAddress parse(String text, HostPolicy policy) {
        if (text == null || text.isBlank()) {
            throw new RefusedAddress("Give the repository's address, such as https://github.com/owner/name.");
        }
        if (text.length() > 2000 || text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new RefusedAddress(
                    "A repository's address has at most 2000 characters and no spaces or control" + " characters.");
        }
        if (text.startsWith("/")) {
            return local(text, policy);
        }
        URI uri = uri(text);
        return switch (uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "file" -> {
                if (uri.getPath() == null || uri.getAuthority() != null) {
                    throw new RefusedAddress("A local repository's address looks like file:///home/me/project.");
                }
                yield local(uri.getPath(), policy);
            }
            case "https", "http" -> remote(uri, policy);
            case String other ->
                throw new RefusedAddress("Only https addresses can be cloned, such as https://github.com/owner/name.");
        };
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new RefusedAddress(
                    "This is no address: " + e.getReason() + ". Give one such as https://github.com/owner/name.");
        }
    }

    private static Local local(String path, HostPolicy policy) {
        if (!policy.allowsLocal()) {
            throw new RefusedAddress(
                    "Repositories on this machine are not allowed here; set AIDEATOR_ALLOW_LOCAL_REPOS=true to allow them.");
        }
        return new Local(Path.of(path).normalize());
    }

    private static Remote remote(URI uri, HostPolicy policy) {
        if (uri.getHost() == null || uri.getHost().startsWith("-")) {
            throw new RefusedAddress("The address names no host; give one such as https://github.com/owner/name.");
        }
        if (uri.getPort() > 65535) {
            throw new RefusedAddress("The address names port " + uri.getPort() + "; ports end at 65535.");
        }
        if (uri.getUserInfo() != null) {
            throw new RefusedAddress(
                    "An address may not carry a user name or password; set GITHUB_TOKEN for private repositories.");
        }
        if (uri.getPath() == null || uri.getPath().length() < 2 || uri.getPath().startsWith("/-")) {
            throw new RefusedAddress(
                    "The address names no repository; give one such as https://github.com/owner/name.");
        }
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw new RefusedAddress("A repository's address has no ? or #.");
        }
        policy.checkName(uri);
        return new Remote(uri);
    }
}
