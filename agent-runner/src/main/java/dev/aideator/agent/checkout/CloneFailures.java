package dev.aideator.agent.checkout;

import dev.aideator.agent.end.Failure;
import dev.aideator.agent.task.Task;
import dev.aideator.repository.RefusedAddress;

import org.apache.http.conn.ConnectTimeoutException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.RepositoryNotFoundException;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What can go wrong with a clone, each with its code: repo_refused, repo_not_found, repo_auth_required, repo_empty,
 * repo_too_large, repo_stalled, repo_unreachable, ref_not_found, and clone_failed for the rest.
 */
final class CloneFailures {

    private CloneFailures() {}

    static Failure refused(RefusedAddress e) {
        return new Failure("repo_refused", e.getMessage(), "Give an address that may be cloned.", e);
    }

    static Failure empty(String url) {
        return new Failure("repo_empty", url + " has no commits.", "Push a commit to it first.");
    }

    static Failure noSuchRef(String ref) {
        return new Failure(
                "ref_not_found",
                "The repository has no branch, tag or commit " + ref + ".",
                "Check base_ref, or leave it out for the default branch.");
    }

    /** Throws what no second try can mend: our own refusals and bounds. */
    static void passOn(Exception e) {
        find(e, Failure.class).ifPresent(failure -> {
            throw failure;
        });
        find(e, RefusedAddress.class).ifPresent(refusal -> {
            throw refused(refusal);
        });
    }

    static Failure of(Exception e, Task.Source source, CloneBounds bounds) {
        passOn(e);
        String url = source.url();
        if (has(e, SocketTimeoutException.class) && !has(e, ConnectTimeoutException.class)) {
            return bounds.left().isPositive()
                    ? new Failure(
                            "repo_stalled",
                            "The server of " + url + " sent nothing for "
                                    + source.stallTimeout().toSeconds() + " s.",
                            "Try again later.",
                            e)
                    : bounds.timedOut();
        }
        String message = messages(e);
        if (message.contains("not authorized")
                || message.contains("authentication is required")
                || message.contains("not permitted")) {
            return new Failure(
                    "repo_auth_required",
                    url + " does not exist, or wants a login.",
                    "Check the address; for a private repository on github.com set GITHUB_TOKEN to a token that may"
                            + " read it.",
                    e);
        }
        if (has(e, NoRemoteRepositoryException.class) || has(e, RepositoryNotFoundException.class)) {
            return new Failure("repo_not_found", "There is no repository at " + url + ".", "Check the address.", e);
        }
        if (has(e, UnknownHostException.class)
                || has(e, ConnectException.class)
                || has(e, ConnectTimeoutException.class)
                || has(e, NoRouteToHostException.class)) {
            return new Failure(
                    "repo_unreachable",
                    "The server of " + url + " can't be reached: " + root(e) + ".",
                    "Check the address and this machine's network.",
                    e);
        }
        if (has(e, SSLException.class)) {
            return new Failure(
                    "repo_unreachable",
                    "The server of " + url + " speaks no TLS that is trusted here: " + root(e) + ".",
                    "Check the address; if its certificate is from an authority of your own, name a file with that in"
                            + " SSL_CERT_FILE.",
                    e);
        }
        return new Failure(
                "clone_failed",
                url + " could not be cloned: " + e.getMessage() + ".",
                "Check that git itself can clone it.",
                e);
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        return find(e, type).isPresent();
    }

    private static <T extends Throwable> Optional<T> find(Throwable e, Class<T> type) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }

    private static String messages(Throwable e) {
        StringBuilder all = new StringBuilder();
        for (Throwable t = e; t != null; t = t.getCause()) {
            all.append(t.getMessage()).append('\n');
        }
        return all.toString().toLowerCase(Locale.ROOT);
    }

    private static String root(Throwable e) {
        Throwable t = e;
        while (t.getCause() != null) {
            t = t.getCause();
        }
        return t instanceof UnknownHostException ? "no such host " + t.getMessage() : String.valueOf(t.getMessage());
    }
}
