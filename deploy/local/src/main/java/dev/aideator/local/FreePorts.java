package dev.aideator.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Refuses to start on a port that somebody has, with a sentence that names the variable and the suspect. */
final class FreePorts {

    private FreePorts() {}

    static void require(Settings settings) {
        InetAddress bind = address(settings.bind());
        InetAddress loopback = InetAddress.getLoopbackAddress();
        require(bind, settings.port(), Settings.PORT, "the dashboard and the API");
        require(bind, settings.gatewayPort(), Settings.GATEWAY_PORT, "the stream gateway");
        if (settings.redisUrl().isEmpty()) {
            require(
                    loopback,
                    settings.redisPort(),
                    Settings.REDIS_PORT,
                    "Redis",
                    "use the Redis that is there with REDIS_URL=redis://127.0.0.1:" + settings.redisPort());
        }
        if (settings.databaseUrl().isEmpty()) {
            require(loopback, settings.postgresPort(), Settings.POSTGRES_PORT, "PostgreSQL");
        }
    }

    private static InetAddress address(String bind) {
        try {
            return InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new Refusal(Settings.BIND + " must be an address of this machine, not \"" + bind + "\".");
        }
    }

    private static void require(
            InetAddress address, int port, String variable, String purpose, String... furtherWaysOut) {
        if (isFree(address, port)) {
            return;
        }
        String owner = PortOwner.of(port).map(who -> " by " + who).orElse(" by another program");
        StringBuilder sentence = new StringBuilder("Port %d, meant for %s, is taken%s: stop that, or set %s in .env"
                .formatted(port, purpose, owner, variable));
        for (String way : furtherWaysOut) {
            sentence.append(", or ").append(way);
        }
        throw new Refusal(sentence.append('.').toString());
    }

    private static boolean isFree(InetAddress address, int port) {
        try (ServerSocket probe = new ServerSocket()) {
            // As servers do it: a port whose last connections are still winding down is free.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
