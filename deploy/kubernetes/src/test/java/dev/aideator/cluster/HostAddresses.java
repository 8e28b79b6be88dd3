package dev.aideator.cluster;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that the kit's node, which is this machine, has for a while, and that take connections: one of them stands
 * for the internet, the others for what is somebody's own. No packet to them leaves the machine.
 */
final class HostAddresses implements AutoCloseable {

    /** Of a range that is kept for examples, so public to every policy and nobody's in truth. */
    static final String INTERNET = "203.0.113.9";

    /** One of each range that agents may not reach and that an interface can have. */
    static final List<String> PRIVATE = List.of(
            "10.77.77.9", "100.64.77.9", "169.254.77.9", "172.31.77.9", "192.0.0.9", "192.168.77.9", "198.18.77.9");

    static final int HTTP = 80;
    static final int HTTPS = 443;
    /** A port of the internet that is not the web's. */
    static final int OTHER = 8443;

    private static final String INTERFACE = "aideator-test";

    /** As many as could ask: the kernel takes their connections, nobody accepts them. */
    private static final int BACKLOG = 1000;

    private final List<ServerSocket> servers = new ArrayList<>();

    private HostAddresses() {}

    /** Skips the test where the cluster's nodes are not this machine, or its user may give it no addresses. */
    static HostAddresses listen(Cluster cluster) throws IOException, InterruptedException {
        Assumptions.assumeTrue(cluster.isKit(), "SKIPPED: this machine is not the cluster's node");
        HostAddresses addresses = new HostAddresses();
        remove();
        // One without ports; not every kernel has the dummy interfaces that are meant for this.
        Command.Result made = Command.run(List.of("ip", "link", "add", INTERFACE, "type", "bridge"));
        Assumptions.assumeTrue(made.code() == 0, "SKIPPED: no address can be added here: " + made.output());
        try {
            Command.run(List.of("ip", "link", "set", INTERFACE, "up")).mustSucceed();
            addresses.listen(INTERNET, HTTP, HTTPS, OTHER);
            for (String address : PRIVATE) {
                addresses.listen(address, HTTPS);
            }
            return addresses;
        } catch (IOException | InterruptedException | AssertionError e) {
            addresses.close();
            throw e;
        }
    }

    private void listen(String address, int... ports) throws IOException, InterruptedException {
        Command.run(List.of("ip", "address", "add", address + "/32", "dev", INTERFACE))
                .mustSucceed();
        for (int port : ports) {
            servers.add(new ServerSocket(port, BACKLOG, InetAddress.getByName(address)));
        }
    }

    /** The private ones, as {@code host:port}. */
    static List<String> privateServers() {
        return PRIVATE.stream().map(address -> address + ":" + HTTPS).toList();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (ServerSocket server : servers) {
            server.close();
        }
        remove();
    }

    private static void remove() throws IOException, InterruptedException {
        Command.run(List.of("ip", "link", "delete", INTERFACE));
    }
}
