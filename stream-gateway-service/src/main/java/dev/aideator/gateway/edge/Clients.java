package dev.aideator.gateway.edge;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Tells clients apart by their addresses. Thread-safe. */
public final class Clients {

    private static final int NETWORK_BYTES = 8;

    private final List<AddressRange> trusted;

    /** {@code trusted}: proxies that are believed; throws IllegalArgumentException for what is neither address nor range. */
    public Clients(List<String> trusted) {
        this.trusted = trusted.stream().map(AddressRange::parse).toList();
    }

    /**
     * Whose a request is: the peer's or, when that is a trusted proxy, the nearest in X-Forwarded-For that is not. What
     * stands further left anybody could have written. An IPv6 client is named by its /64.
     */
    public String nameOf(HttpServerRequest request) {
        SocketAddress peer = request.remoteAddress();
        Optional<InetAddress> client = Optional.ofNullable(peer)
                .map(SocketAddress::hostAddress)
                .flatMap(AddressRange::address)
                .map(address -> behindProxies(address, request));
        return client.map(Clients::name).orElse("unknown");
    }

    private InetAddress behindProxies(InetAddress peer, HttpServerRequest request) {
        InetAddress client = peer;
        Deque<String> hops = hops(request);
        while (isTrusted(client) && !hops.isEmpty()) {
            Optional<InetAddress> before = AddressRange.address(hops.removeLast());
            if (before.isEmpty()) {
                break;
            }
            client = before.get();
        }
        return client;
    }

    private static Deque<String> hops(HttpServerRequest request) {
        Deque<String> hops = new ArrayDeque<>();
        for (String line : request.headers().getAll("X-Forwarded-For")) {
            hops.addAll(Arrays.asList(line.split(",")));
        }
        return hops;
    }

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static String name(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.ofDelimiter(":").formatHex(address.getAddress(), 0, NETWORK_BYTES) + "::/64"
                : address.getHostAddress();
    }
}
