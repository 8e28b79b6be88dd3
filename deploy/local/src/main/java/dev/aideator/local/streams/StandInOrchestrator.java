package dev.aideator.local.streams;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** Says of every run that it goes on with one variation, and that nothing of it is archived yet: Redis has it all. */
public final class StandInOrchestrator implements AutoCloseable {

    private static final String FACTS = """
            {"run_id":"%s","state":"running","ended":false,"last_run_complete":null,"producers":[
             {"producer":"0","archived":"0-0","attempts":[{"epoch":1,"last_seq":null}]},
             {"producer":"run","archived":"0-0","attempts":[{"epoch":1,"last_seq":null}]}]}
            """;

    private final HttpServer server;

    public StandInOrchestrator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.createContext("/internal/v1/runs/", StandInOrchestrator::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The path is /internal/v1/runs/ID, with /events/PRODUCER behind it where the archive is asked. */
    private static void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        byte[] body = (path.length == 5 ? FACTS.formatted(path[4]) : "").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set("Content-Type", path.length == 5 ? "application/json" : "application/x-ndjson");
        exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
