package dev.aideator.orchestrator.job.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API server that can list and watch Jobs, and does it badly to order: a real one gets into these states by itself
 * only.
 */
final class ScriptedApiServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<OutputStream> watches = new ArrayList<>();
    private final AtomicInteger lists = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger expired = new AtomicInteger();
    private volatile String jobs = "";
    private volatile int version = 1;

    ScriptedApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://localhost:" + server.getAddress().getPort())
                        .withWatchReconnectInterval(50)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    static String job(String uid, int version) {
        return """
                {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"agent-%s","namespace":"aideator-agents","uid":"%s",
                "resourceVersion":"%d","labels":{"aideator.dev/run":"%s","aideator.dev/variation":"0","aideator.dev/attempt":"1"}}}""".formatted(uid, uid, version, uid).replace("\n", "");
    }

    /** What a list has from now on. */
    void has(int newVersion, String... newJobs) {
        version = newVersion;
        jobs = String.join(",", newJobs);
    }

    /** Tells those who watch. */
    void tell(String type, String object) throws IOException {
        byte[] line = ("{\"type\":\"" + type + "\",\"object\":" + object + "}\n").getBytes(StandardCharsets.UTF_8);
        synchronized (watches) {
            for (OutputStream watch : watches) {
                watch.write(line);
                watch.flush();
            }
        }
    }

    /** The next requests are answered 503. */
    void fail(int requests) {
        failures.set(requests);
    }

    /** The next watches are told that what they want to go on from is forgotten. */
    void expire(int count) {
        expired.set(count);
    }

    void dropWatches() throws IOException {
        synchronized (watches) {
            for (OutputStream watch : watches) {
                watch.close();
            }
            watches.clear();
        }
    }

    int watching() {
        synchronized (watches) {
            return watches.size();
        }
    }

    int lists() {
        return lists.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getRawQuery());
        boolean isJobs = exchange.getRequestURI().getPath().endsWith("/jobs");
        if (isJobs && failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            send(exchange, 503, "{\"kind\":\"Status\",\"code\":503,\"message\":\"not ready\"}");
        } else if (exchange.getRequestHeaders().containsKey("Upgrade")) {
            // No WebSockets here: the client watches by plain HTTP then.
            send(exchange, 200, "");
        } else if (query.contains("watch=true")) {
            watch(exchange, isJobs);
        } else {
            if (isJobs) {
                lists.incrementAndGet();
            }
            send(exchange, 200, """
                    {"kind":"%s","apiVersion":"%s","metadata":{"resourceVersion":"%d"},"items":[%s]}""".formatted(
                            isJobs ? "JobList" : "PodList", isJobs ? "batch/v1" : "v1", version, isJobs ? jobs : ""));
        }
    }

    private void watch(HttpExchange exchange, boolean isJobs) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        if (isJobs && expired.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            body.write("""
                    {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","code":410,"reason":"Expired","message":"too old resource version"}}
                    """.getBytes(StandardCharsets.UTF_8));
            body.close();
            return;
        }
        body.flush();
        if (isJobs) {
            synchronized (watches) {
                watches.add(body);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
