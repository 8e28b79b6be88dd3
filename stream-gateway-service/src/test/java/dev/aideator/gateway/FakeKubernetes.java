package dev.aideator.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API server with pods and their logs, with TLS and a token, and with faults to order. It answers as the real one
 * does: 400 for a container that waits, and a followed log's head only with its first line.
 */
final class FakeKubernetes implements AutoCloseable {

    static final String NAMESPACE = "agents-of-the-test";
    private static final String PASSWORD = "not-secret";

    private final Map<String, Pod> pods = new ConcurrentHashMap<>();
    private final Path folder;
    private final HttpServer server;
    private volatile String token = "first-token";
    private volatile boolean away;

    FakeKubernetes(Vertx vertx, Path folder) {
        this.folder = folder;
        Path keys = folder.resolve("keys.p12");
        run(
                "keytool",
                "-genkeypair",
                "-alias",
                "api",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD);
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new PfxOptions().setPath(keys.toString()).setPassword(PASSWORD)))
                .requestHandler(this::answer);
        Await.of(server.listen(0, "127.0.0.1"));
        write("token", token);
        write("ca.crt", certificate(keys));
    }

    private static void run(String program, String... arguments) {
        try {
            String path =
                    Path.of(System.getProperty("java.home"), "bin", program).toString();
            List<String> command = new ArrayList<>(List.of(path));
            command.addAll(Arrays.asList(arguments));
            if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException(program + " failed");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String certificate(Path keys) {
        try {
            byte[] der = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray())
                    .getCertificate("api")
                    .getEncoded();
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                    + "\n-----END CERTIFICATE-----\n";
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path write(String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.actualPort();
    }

    /** A folder as a pod's service account has it. */
    Path serviceAccount() {
        return folder;
    }

    Path kubeconfig() {
        return write("config", """
                apiVersion: v1
                kind: Config
                current-context: test
                clusters: [{name: here, cluster: {server: "https://localhost:%d", certificate-authority: ca.crt}}]
                users: [{name: gateway, user: {token: %s}}]
                contexts: [{name: test, context: {cluster: here, user: gateway}}]
                """.formatted(port(), token));
    }

    /** From now on only this one is let in. */
    void renewToken(String token) {
        this.token = token;
        write("token", token);
    }

    Pod pod(String run, int variation, long attempt) {
        Map<String, String> labels = Map.of(
                "aideator.dev/installation",
                "aideator",
                "aideator.dev/run",
                run,
                "aideator.dev/variation",
                String.valueOf(variation),
                "aideator.dev/attempt",
                String.valueOf(attempt));
        return pods.computeIfAbsent(
                "agent-" + run + "-" + variation + "-" + attempt + "-x7k2p", name -> new Pod(name, labels));
    }

    void delete(Pod pod) {
        pods.remove(pod.name);
        pod.cut();
    }

    /** Cuts all connections and takes no more. */
    void away(boolean away) {
        this.away = away;
        if (away) {
            pods.values().forEach(Pod::cut);
        }
    }

    final class Pod {
        private final String name;
        private final Map<String, String> labels;
        private final Set<HttpServerRequest> followers = ConcurrentHashMap.newKeySet();
        private final AtomicInteger opened = new AtomicInteger();
        private Buffer log = Buffer.buffer();
        private boolean started;
        private boolean ended;
        private boolean stalled;

        private Pod(String name, Map<String, String> labels) {
            this.name = name;
            this.labels = labels;
        }

        /** Connections that follow its log now. */
        int follows() {
            return followers.size();
        }

        /** How often its log was followed. */
        int opened() {
            return opened.get();
        }

        /** Its container runs. */
        synchronized Pod start() {
            started = true;
            return this;
        }

        synchronized void print(String text) {
            log.appendString(text);
            if (!stalled) {
                followers.forEach(follower -> follower.response().write(text));
            }
        }

        /** Connections that are there bring nothing more, and don't end. */
        synchronized void stall() {
            stalled = true;
        }

        synchronized void cut() {
            followers.forEach(follower -> follower.connection().close());
            followers.clear();
        }

        /** A kubelet that is restarted ends the answer in good order. */
        synchronized void endAnswers() {
            followers.forEach(follower -> follower.response().end());
            followers.clear();
        }

        synchronized void end() {
            ended = true;
            endAnswers();
        }

        /** Only the last lines are still there. */
        synchronized void rotate(int lines) {
            String[] all = log.toString().split("(?<=\n)");
            log = Buffer.buffer(String.join("", Arrays.copyOfRange(all, all.length - lines, all.length)));
        }

        private synchronized void tell(HttpServerRequest request) {
            HttpServerResponse response = request.response();
            if (!started) {
                response.setStatusCode(400).end("{\"message\":\"container \\\"agent\\\" is waiting to start\"}");
            } else if (request.getParam("tailLines") != null) {
                int end = log.length() - 1;
                int start = end;
                while (start > 0 && log.getByte(start - 1) != '\n') {
                    start--;
                }
                response.end(log.slice(Math.max(0, start), log.length()));
            } else {
                opened.incrementAndGet();
                response.setChunked(true).closeHandler(closed -> followers.remove(request));
                // In pieces that end anywhere.
                for (int from = 0; from < log.length(); from += 10_007) {
                    response.write(log.slice(from, Math.min(log.length(), from + 10_007)));
                }
                stalled = false;
                followers.add(request);
                if (ended) {
                    endAnswers();
                }
            }
        }

        private synchronized JsonObject json() {
            JsonObject state =
                    new JsonObject().put(ended ? "terminated" : started ? "running" : "waiting", new JsonObject());
            return new JsonObject()
                    .put(
                            "metadata",
                            new JsonObject().put("name", name).put("creationTimestamp", "2026-01-10T10:30:00Z"))
                    .put(
                            "status",
                            new JsonObject()
                                    .put(
                                            "containerStatuses",
                                            new JsonArray()
                                                    .add(new JsonObject()
                                                            .put("name", "agent")
                                                            .put("state", state))));
        }
    }

    private void answer(HttpServerRequest request) {
        if (away) {
            request.connection().close();
            return;
        }
        HttpServerResponse response = request.response();
        if (!("Bearer " + token).equals(request.getHeader("Authorization"))) {
            response.setStatusCode(401).end();
            return;
        }
        String prefix = "/api/v1/namespaces/" + NAMESPACE + "/pods";
        if (request.path().equals(prefix)) {
            List<String> wanted = List.of(request.getParam("labelSelector").split(","));
            JsonArray items = new JsonArray();
            pods.values().stream()
                    .filter(pod -> wanted.stream()
                            .allMatch(label ->
                                    label.equals(label.split("=")[0] + "=" + pod.labels.get(label.split("=")[0]))))
                    .forEach(pod -> items.add(pod.json()));
            response.end(new JsonObject().put("items", items).toBuffer());
            return;
        }
        Pod pod = pods.get(request.path().substring(prefix.length() + 1).replace("/log", ""));
        if (pod == null) {
            response.setStatusCode(404).end();
        } else {
            pod.tell(request);
        }
    }

    @Override
    public void close() {
        Await.of(server.close());
    }
}
