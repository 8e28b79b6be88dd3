package dev.aideator.orchestrator.edge;

import dev.aideator.servers.Ports;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A gateway that says what a test lets it say, and can be away. Also names a command agent, for tests of the API. */
public final class FakeGateway implements QuarkusTestResourceLifecycleManager {

    private static final BlockingQueue<Viewer> VIEWERS = new LinkedBlockingQueue<>();
    private static final int PORT = Ports.free();

    private static Vertx vertx;
    private static HttpServer server;

    /** A connection that the orchestrator made for a viewer. */
    record Viewer(HttpServerRequest request, CompletableFuture<Void> gone) {

        void begin() {
            request.response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .putHeader("Cache-Control", "no-cache")
                    .writeHead();
        }

        void send(String text) {
            request.response().write(text);
        }
    }

    @Override
    public Map<String, String> start() {
        vertx = Vertx.vertx();
        arrive();
        return Map.of(
                "AIDEATOR_GATEWAY_URL",
                "http://127.0.0.1:" + PORT,
                "AIDEATOR_ALLOWED_HOSTS",
                "aideator.example",
                "aideator.edge.gateway-patience",
                "4s",
                "AIDEATOR_COMMAND_AGENTS_ECHO_BOT_COMMAND",
                "cat",
                "COMMAND_ENV",
                "ECHO_KEY, RUN_ID",
                "ECHO_KEY",
                "k-${HOME}");
    }

    @Override
    public void stop() {
        await(vertx.close());
    }

    static void leave() {
        await(server.close());
    }

    static void arrive() {
        server =
                await(vertx.createHttpServer().requestHandler(FakeGateway::take).listen(PORT, "127.0.0.1"));
    }

    private static void take(HttpServerRequest request) {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        request.connection().closeHandler(closed -> gone.complete(null));
        VIEWERS.add(new Viewer(request, gone));
    }

    static Viewer nextViewer() throws InterruptedException {
        Viewer viewer = VIEWERS.poll(5, TimeUnit.SECONDS);
        if (viewer == null) {
            throw new AssertionError("No viewer came to the gateway");
        }
        return viewer;
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(5, TimeUnit.SECONDS)
                .join();
    }
}
