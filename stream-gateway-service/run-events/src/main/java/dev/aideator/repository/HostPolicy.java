package dev.aideator.repository;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * Which hosts may be cloned from. {@code allowsLocal} admits this machine (its paths and its loopback interface);
 * {@code allowedHosts} admits named hosts wherever they lead. All others must lead to public addresses.
 */
public record HostPolicy(boolean allowsLocal, Set<String> allowedHosts) {

    /** Checks what can be known without asking a name server: the scheme, and addresses written as numbers. */
    void checkName(URI uri) {
        String host = bare(uri.getHost());
        boolean loopback =
                host.equals("localhost") || (isNumeric(host) && literal(host).isLoopbackAddress());
        if (!uri.getScheme().equalsIgnoreCase("https") && !allowedHosts.contains(host) && !(loopback && allowsLocal)) {
            throw new RefusedAddress("Only https addresses can be cloned, such as https://github.com/owner/name.");
        }
        if (loopback || isNumeric(host)) {
            check(host, loopback && !isNumeric(host) ? InetAddress.getLoopbackAddress() : literal(host));
        }
    }

    /**
     * Checks where a host leads, at the moment of connecting. Throws {@link RefusedAddress} for addresses that are not
     * public and not admitted.
     */
    public void check(String host, InetAddress address) {
        if (allowedHosts.contains(bare(host)) || (address.isLoopbackAddress() && allowsLocal) || isPublic(address)) {
            return;
        }
        throw new RefusedAddress(host + " leads to " + address.getHostAddress()
                + ", which is not a public address; add the host to AIDEATOR_ALLOWED_REPO_HOSTS if it is meant.");
    }

    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        String unbracketed =
                lower.startsWith("[") && lower.endsWith("]") ? lower.substring(1, lower.length() - 1) : lower;
        return unbracketed.endsWith(".") ? unbracketed.substring(0, unbracketed.length() - 1) : unbracketed;
    }

    /** Also the short and hexadecimal forms that some resolvers take: 127.1, 0x7f000001, 2130706433. */
    private static boolean isNumeric(String host) {
        return host.indexOf(':') >= 0 || host.matches("(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+)){0,3}");
    }

    private static InetAddress literal(String host) {
        try {
            // No look-up: the host is a number. Posix forms (octal, hexadecimal, short) are read as a resolver would.
            return host.indexOf(':') >= 0 ? Inet6Address.ofLiteral(host) : Inet4Address.ofPosixLiteral(host);
        } catch (IllegalArgumentException e) {
            throw new RefusedAddress(host + " is no host; give an address such as https://github.com/owner/name.");
        }
    }

    static boolean isPublic(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] b = address.getAddress();
        return b.length == 4 ? isPublicV4(b) : isPublicV6(b);
    }

    private static boolean isPublicV4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        boolean thisNetwork = first == 0;
        boolean carrierNat = first == 100 && (second & 0xc0) == 64;
        boolean protocolAssignments = first == 192 && second == 0 && (b[2] & 0xff) == 0;
        boolean benchmarks = first == 198 && (second & 0xfe) == 18;
        boolean reserved = first >= 240;
        return !(thisNetwork || carrierNat || protocolAssignments || benchmarks || reserved);
    }

    private static boolean isPublicV6(byte[] b) {
        boolean uniqueLocal = (b[0] & 0xfe) == 0xfc;
        // 64:ff9b::/96 (NAT64) and 2002::/16 (6to4) carry an IPv4 address that may be private.
        boolean nat64 = b[0] == 0 && b[1] == 0x64 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b;
        boolean sixToFour = b[0] == 0x20 && b[1] == 0x02;
        return !(uniqueLocal || nat64 || sixToFour);
    }

    /** All addresses of a host, each checked; for clients that let their resolver be replaced. */
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        for (InetAddress address : addresses) {
            check(host, address);
        }
        return addresses;
    }
}
