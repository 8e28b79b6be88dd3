package dev.aideator.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves the bare repositories of a folder over http, as a forge does: git's own http-backend behind a small server. */
public final class GitHttpServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String host;
    private final Path repositories;

    private GitHttpServer(HttpServer server, String host, Path repositories) {
        this.server = server;
        this.host = host;
        this.repositories = repositories;
    }

    static GitHttpServer serve(Path repositories) throws IOException {
        return serve("localhost", repositories);
    }

    /** {@code host}: the name or address of this machine that clients use. */
    public static GitHttpServer serve(String host, Path repositories) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), 0), 0);
        GitHttpServer git = new GitHttpServer(server, host, repositories);
        server.createContext("/", git::answer);
        server.setExecutor(git.threads);
        server.start();
        return git;
    }

    public URI address(String repository) {
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + "/" + repository);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Process backend = backend(exchange).start();
            try (OutputStream body = backend.getOutputStream()) {
                exchange.getRequestBody().transferTo(body);
            }
            InputStream answer = backend.getInputStream();
            int status = 200;
            for (String header = line(answer); !header.isEmpty(); header = line(answer)) {
                String[] field = header.split(": ", 2);
                if (field[0].equals("Status")) {
                    status = Integer.parseInt(field[1].substring(0, 3));
                } else {
                    exchange.getResponseHeaders().set(field[0], field[1]);
                }
            }
            exchange.sendResponseHeaders(status, 0);
            answer.transferTo(exchange.getResponseBody());
        }
    }

    private ProcessBuilder backend(HttpExchange exchange) {
        ProcessBuilder builder =
                new ProcessBuilder("git", "http-backend").redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> cgi = builder.environment();
        cgi.put("GIT_PROJECT_ROOT", repositories.toString());
        cgi.put("GIT_HTTP_EXPORT_ALL", "1");
        cgi.put("PATH_INFO", exchange.getRequestURI().getPath());
        cgi.put("QUERY_STRING", orEmpty(exchange.getRequestURI().getRawQuery()));
        cgi.put("REQUEST_METHOD", exchange.getRequestMethod());
        cgi.put("CONTENT_TYPE", orEmpty(exchange.getRequestHeaders().getFirst("Content-Type")));
        cgi.put("HTTP_CONTENT_ENCODING", orEmpty(exchange.getRequestHeaders().getFirst("Content-Encoding")));
        cgi.put("GIT_PROTOCOL", orEmpty(exchange.getRequestHeaders().getFirst("Git-Protocol")));
        return builder;
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static String line(InputStream stream) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = stream.read(); c >= 0 && c != '\n'; c = stream.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
