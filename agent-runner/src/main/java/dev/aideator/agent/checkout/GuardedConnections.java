package dev.aideator.agent.checkout;

import dev.aideator.repository.HostPolicy;
import dev.aideator.repository.RefusedAddress;

import org.apache.http.client.HttpClient;
import org.apache.http.client.config.CookieSpecs;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.apache.HttpClientConnection;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URL;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Connections for git over http that ask the host policy where a name leads at the moment of connecting, so that no
 * answer of a name server, and no redirect, leads anywhere else. JGit follows redirects by making a new connection here.
 */
final class GuardedConnections implements HttpConnectionFactory {

    private static final Duration CONNECT = Duration.ofSeconds(20);

    private final HostPolicy policy;
    private final CloneBounds bounds;
    private final Duration stall;

    GuardedConnections(HostPolicy policy, CloneBounds bounds, Duration stall) {
        this.policy = policy;
        this.bounds = bounds;
        this.stall = stall;
    }

    @Override
    public HttpConnection create(URL url) throws IOException {
        return create(url, Proxy.NO_PROXY);
    }

    @Override
    public HttpConnection create(URL url, Proxy proxy) throws IOException {
        bounds.check();
        String scheme = url.getProtocol().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new RefusedAddress("The server redirects to " + scheme + ", where no repository is cloned from.");
        }
        return new Connection(url.toString(), client());
    }

    private HttpClient client() {
        long wait = Math.clamp(bounds.left().toMillis(), 1, stall.toMillis());
        RequestConfig config = RequestConfig.custom()
                .setConnectTimeout((int) CONNECT.toMillis())
                .setConnectionRequestTimeout((int) CONNECT.toMillis())
                .setSocketTimeout((int) Math.min(wait, Integer.MAX_VALUE))
                .setRedirectsEnabled(false)
                .setCookieSpec(CookieSpecs.IGNORE_COOKIES)
                .build();
        PoolingHttpClientConnectionManager connections = new PoolingHttpClientConnectionManager(
                SchemeSockets.registry(), null, null, policy::resolve, -1, TimeUnit.MILLISECONDS);
        return HttpClientBuilder.create()
                .setDefaultRequestConfig(config)
                .setConnectionManager(connections)
                .disableCookieManagement()
                .disableAuthCaching()
                .disableAutomaticRetries()
                .setUserAgent("git/aideator")
                .build();
    }

    /** JGit's own, with what it reads counted. */
    private final class Connection extends HttpClientConnection {
        Connection(String url, HttpClient client) throws IOException {
            super(url, Proxy.NO_PROXY, client);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return bounds.bounded(super.getInputStream());
        }
    }
}
