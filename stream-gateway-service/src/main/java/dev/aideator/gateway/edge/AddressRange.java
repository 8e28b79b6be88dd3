package dev.aideator.gateway.edge;

import io.netty.util.NetUtil;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses that begin with the same bits, written {@code 10.0.0.0/8}; a single one without the slash. */
record AddressRange(InetAddress start, int bits) {

    /** Throws IllegalArgumentException, with a sentence for the operator, for anything else. */
    static AddressRange parse(String text) {
        String[] parts = text.strip().split("/", 2);
        InetAddress start = address(parts[0]).orElseThrow(() -> malformed(text));
        int longest = start.getAddress().length * 8;
        int bits = parts.length == 1 ? longest : bits(parts[1], text);
        if (bits > longest) {
            throw malformed(text);
        }
        return new AddressRange(start, bits);
    }

    private static int bits(String number, String text) {
        if (!number.matches("\\d{1,3}")) {
            throw malformed(text);
        }
        return Integer.parseInt(number);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "A trusted proxy is an address or a range such as 10.0.0.0/8 or fd00::/8, not " + text);
    }

    /** Reads an address, and never a name: nothing is looked up. */
    static Optional<InetAddress> address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text.strip());
        try {
            // An IPv4 address in IPv6's clothes becomes what it is.
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Netty's addresses have 4 or 16 bytes", e);
        }
    }

    boolean contains(InetAddress address) {
        byte[] given = address.getAddress();
        byte[] own = start.getAddress();
        if (given.length != own.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((given[bit / 8] & mask) != (own[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
