package dev.aideator.agent.git;

import dev.aideator.agent.tls.OwnAuthority;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** Serves repositories over http on the loopback interface, as git does, and misbehaves on request. */
public final class GitServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);

    public GitServer() {
        this(plain());
    }

    /** Over https. */
    public GitServer(OwnAuthority authority) {
        this(authority.server());
    }

    private GitServer(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.start();
    }

    private static HttpServer plain() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url(String name) {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
                + server.getAddress().getPort() + "/" + name;
    }

    public GitServer serve(String name, Repository repository) {
        return at(name, exchange -> answer(exchange, repository));
    }

    public GitServer redirect(String name, String location) {
        return at(name, exchange -> {
            String rest = exchange.getRequestURI().toString().substring(name.length() + 1);
            exchange.getResponseHeaders().set("Location", location + rest);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    public GitServer status(String name, int status) {
        return at(name, exchange -> {
            if (status == 401) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    /** Answers the head of a response and then nothing more. */
    public GitServer stall(String name) {
        return at(name, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/x-git-upload-pack-advertisement");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private GitServer at(String name, HttpHandler handler) {
        server.createContext("/" + name + "/", exchange -> {
            try {
                handler.handle(exchange);
            } catch (RuntimeException e) {
                throw new IOException(e);
            }
        });
        return this;
    }

    private static void answer(HttpExchange exchange, Repository repository) throws IOException {
        try (exchange) {
            UploadPack pack = new UploadPack(repository);
            pack.setBiDirectionalPipe(false);
            if (exchange.getRequestURI().getPath().endsWith("/info/refs")) {
                exchange.getResponseHeaders().set("Content-Type", "application/x-git-upload-pack-advertisement");
                exchange.sendResponseHeaders(200, 0);
                OutputStream body = exchange.getResponseBody();
                PacketLineOut lines = new PacketLineOut(body);
                lines.writeString("# service=git-upload-pack\n");
                lines.end();
                pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(lines));
                body.flush();
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-git-upload-pack-result");
            exchange.sendResponseHeaders(200, 0);
            boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            try (InputStream request =
                    packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                pack.upload(request, exchange.getResponseBody(), null);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
