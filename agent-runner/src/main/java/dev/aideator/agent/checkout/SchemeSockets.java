package dev.aideator.agent.checkout;

import dev.aideator.agent.task.Certificates;

import org.apache.http.config.Registry;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;

/** The sockets that git is spoken over. */
final class SchemeSockets {

    private SchemeSockets() {}

    static Registry<ConnectionSocketFactory> registry() {
        return RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", new SSLConnectionSocketFactory(trust()))
                .build();
    }

    /** The process's own, see {@link Certificates}: the client's default has the authorities of the build only. */
    private static SSLContext trust() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has TLS", e);
        }
    }
}
