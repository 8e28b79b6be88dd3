package dev.aideator.edge;

import io.vertx.core.Handler;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps web pages of other origins away from a service that trusts whoever reaches it: a request must name a host that
 * is ours (a page may point its own name at 127.0.0.1), and its Origin, where it has one, must be the same host's. What
 * machines ask passes under any name, and so does who brings the token itself: neither is a page's doing.
 */
public final class OriginGuard implements Handler<RoutingContext> {

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private final Set<String> hosts;
    private final ApiTokens tokens;
    private final MachinePaths machines;

    /** {@code hosts}: names, without ports and in any case, that this service is reached by, besides those of the loopback interface. */
    public OriginGuard(Set<String> hosts, ApiTokens tokens, MachinePaths machines) {
        this.tokens = tokens;
        this.machines = machines;
        this.hosts = hosts.stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void handle(RoutingContext context) {
        if (machines.include(context) || tokens.bringsToken(context.request())) {
            context.next();
            return;
        }
        HostAndPort authority = context.request().authority();
        if (authority == null || !isOurs(authority.host())) {
            new Problem(
                            403,
                            "host-not-allowed",
                            "This host name is not ours",
                            "Open the page as http://localhost, or add the name to AIDEATOR_ALLOWED_HOSTS.")
                    .send(context.response());
            return;
        }
        String origin = context.request().getHeader("Origin");
        if (origin != null && !isOurs(hostOf(origin))) {
            new Problem(
                            403,
                            "origin-not-allowed",
                            "Another site's page may not do this",
                            "The request came from a page of another origin; add its host to AIDEATOR_ALLOWED_HOSTS"
                                    + " if it is yours.")
                    .send(context.response());
            return;
        }
        context.next();
    }

    private boolean isOurs(String host) {
        return host != null
                && (LOOPBACK.contains(host.toLowerCase(Locale.ROOT)) || hosts.contains(host.toLowerCase(Locale.ROOT)));
    }

    private static String hostOf(String origin) {
        try {
            return URI.create(origin).getHost();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
