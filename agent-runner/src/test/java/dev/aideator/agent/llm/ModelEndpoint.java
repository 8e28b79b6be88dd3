package dev.aideator.agent.llm;

import dev.aideator.agent.tls.OwnAuthority;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Answers chat completions on the loopback interface as OpenAI does, with one reply after the other. */
public final class ModelEndpoint implements AutoCloseable {

    /** How one request is answered. */
    public interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<Reply> replies = new CopyOnWriteArrayList<>();

    public ModelEndpoint() {
        this(plain());
    }

    /** Over https. */
    public ModelEndpoint(OwnAuthority authority) {
        this(authority.server());
    }

    private ModelEndpoint(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", exchange -> {
            requests.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            Reply reply = replies.size() > 1 ? replies.removeFirst() : replies.getFirst();
            reply.to(exchange);
            exchange.close();
        });
        server.start();
    }

    private static HttpServer plain() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
                + server.getAddress().getPort() + "/v1";
    }

    /** The bodies of all requests. */
    public List<String> requests() {
        return requests;
    }

    /** The requests' {@code Authorization} headers. */
    public List<String> keys() {
        return keys;
    }

    /** Further requests than there are replies get the last one. */
    public ModelEndpoint reply(Reply reply) {
        replies.add(reply);
        return this;
    }

    public ModelEndpoint status(int status, String message) {
        return reply(exchange -> {
            byte[] body = ("{\"error\":{\"message\":\"" + message + "\"}}").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        });
    }

    /** A whole answer, a chunk for each token, 11 tokens in and 7 out. */
    public ModelEndpoint stream(List<String> tokens, String finish) {
        return reply(exchange -> {
            OutputStream body = begin(exchange);
            for (String token : tokens) {
                write(body, chunk("{\"content\":\"" + token + "\"}", "null"));
            }
            write(body, chunk("{}", "\"" + finish + "\""));
            write(
                    body,
                    "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[],"
                            + "\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7,\"total_tokens\":18}}\n\n");
            write(body, "data: [DONE]\n\n");
        });
    }

    /** One token, and then the connection's end. */
    public ModelEndpoint breakOffAfter(String token) {
        return reply(exchange -> write(begin(exchange), chunk("{\"content\":\"" + token + "\"}", "null")));
    }

    /** One token, and then nothing more. */
    public ModelEndpoint fallSilentAfter(String token) {
        return reply(exchange -> {
            write(begin(exchange), chunk("{\"content\":\"" + token + "\"}", "null"));
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[{\"index\":0,"
                + "\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static void write(OutputStream body, String text) throws IOException {
        body.write(text.getBytes(StandardCharsets.UTF_8));
        body.flush();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
