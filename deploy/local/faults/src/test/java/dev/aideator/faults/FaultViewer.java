package dev.aideator.faults;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One who watches a run, or several on one connection, and comes back when the stream is cut. All it remembers is its
 * last id: what then comes once more is a violation. On the stream of several runs that is what comes beyond the cut
 * write, which an id ends. Confined to one event loop, but for what is volatile.
 */
final class FaultViewer {

    private static final int LONGEST_PAUSE_MILLIS = 200;

    private final String name;
    private final Context context;
    private final HttpClient http;
    private final Supplier<List<Integer>> gateways;
    private final Random random;
    private final Latencies latencies;
    private final boolean together;
    private final String path;
    private final Map<String, Received> runs = new LinkedHashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** What came behind the last id, and what of that may come again after a cut. */
    private Set<String> sinceId = new HashSet<>();

    private Set<String> mayRepeat = Set.of();

    private Connection connection;
    private String lastId;
    private int next;
    private boolean paused;
    private volatile boolean over;
    private volatile int connections;
    private volatile boolean connected;
    private volatile long events;
    private volatile int port;
    private volatile long bytes;

    /** {@code gateways}: the ports to come back to, in turns. */
    FaultViewer(
            String name,
            Context context,
            HttpClient http,
            Supplier<List<Integer>> gateways,
            long seed,
            Latencies latencies,
            List<RunRecord> watched) {
        this.name = name;
        this.context = context;
        this.http = http;
        this.gateways = gateways;
        this.random = new Random(seed);
        this.latencies = latencies;
        this.next = random.nextInt(1 << 20);
        this.together = watched.size() > 1;
        watched.forEach(run -> runs.put(run.id(), new Received(run)));
        this.path = together
                ? "/api/v1/stream?run=" + String.join("&run=", runs.keySet())
                : "/api/v1/runs/" + watched.getFirst().id() + "/stream/redis";
        context.runOnContext(v -> connect());
    }

    boolean isOver() {
        return over;
    }

    boolean isConnected() {
        return connected;
    }

    int connections() {
        return connections;
    }

    /** How many it has, gaps among them. */
    long events() {
        return events;
    }

    /** That its connection has here. */
    int port() {
        return port;
    }

    /** Of all streams, without what HTTP puts around. */
    long bytes() {
        return bytes;
    }

    String name() {
        return name;
    }

    /** As a network would. */
    void cut() {
        context.runOnContext(v -> {
            if (connection != null) {
                connection.cut();
            }
        });
    }

    /** Stops reading, so that its connection fills. */
    void pause() {
        context.runOnContext(v -> {
            paused = true;
            if (connection != null && connection.response != null) {
                connection.response.pause();
            }
        });
    }

    void resume() {
        context.runOnContext(v -> {
            paused = false;
            if (connection != null && connection.response != null) {
                connection.response.resume();
            }
        });
    }

    /** What went wrong so far and, when it is over, is wrong with all that it has; on its event loop. */
    List<String> verdict() {
        List<String> wrong = new ArrayList<>(violations);
        if (over) {
            runs.values().forEach(received -> wrong.addAll(received.verdict()));
        } else {
            wrong.add("not told the end; at " + position() + ", " + (connected ? "connected" : "not connected"));
        }
        return wrong.stream().map(it -> name + ": " + it).toList();
    }

    /** On its event loop. */
    long gaps() {
        return runs.values().stream().mapToLong(Received::gaps).sum();
    }

    private String position() {
        return runs.values().stream()
                .map(received -> received.run().id() + "=" + received.position())
                .toList()
                .toString();
    }

    private void connect() {
        if (over) {
            return;
        }
        List<Integer> ports = gateways.get();
        connection = new Connection();
        connection.open(ports.get(Math.floorMod(next++, ports.size())));
    }

    private void comeBack() {
        connected = false;
        connection = null;
        if (!over) {
            context.owner().setTimer(1 + random.nextInt(LONGEST_PAUSE_MILLIS), timer -> connect());
        }
    }

    private void violation(String what) {
        violations.add(what);
    }

    private final class Connection {
        private HttpClientResponse response;
        private byte[] rest = new byte[0];
        private boolean gone;

        void open(int port) {
            RequestOptions request = new RequestOptions()
                    .setMethod(HttpMethod.GET)
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI(path);
            if (lastId != null) {
                request.putHeader("Last-Event-ID", lastId);
            }
            http.request(request)
                    .compose(asked -> asked.send())
                    .onSuccess(this::answered)
                    .onFailure(cause -> gone());
        }

        private void answered(HttpClientResponse answer) {
            response = answer;
            response.exceptionHandler(cause -> gone());
            response.endHandler(end -> gone());
            switch (response.statusCode()) {
                case 200 -> {
                    connected = true;
                    connections++;
                    port = response.request().connection().localAddress().port();
                    mayRepeat = sinceId;
                    sinceId = new HashSet<>();
                    response.handler(this::take);
                    if (paused) {
                        response.pause();
                    }
                }
                case 204 -> over = true;
                // It may be served elsewhere, or in a moment.
                case 503 -> {}
                default -> {
                    violation("was answered " + response.statusCode());
                    over = true;
                }
            }
        }

        void cut() {
            if (response != null) {
                response.request().connection().close();
            }
            gone();
        }

        private void gone() {
            if (!gone) {
                gone = true;
                comeBack();
            }
        }

        private void take(Buffer chunk) {
            if (gone) {
                return;
            }
            bytes += chunk.length();
            byte[] all = new byte[rest.length + chunk.length()];
            System.arraycopy(rest, 0, all, 0, rest.length);
            chunk.getBytes(all, rest.length);
            int block = 0;
            for (int i = Math.max(1, rest.length); i < all.length; i++) {
                if (all[i] == '\n' && all[i - 1] == '\n' && i > block) {
                    block(new String(all, block, i - 1 - block, StandardCharsets.UTF_8));
                    block = i + 1;
                }
            }
            rest = Arrays.copyOfRange(all, block, all.length);
        }
    }

    private void block(String block) {
        String type = null;
        String data = null;
        String id = null;
        for (String line : block.split("\n")) {
            int colon = line.indexOf(": ");
            String value = line.substring(colon + 2);
            switch (line.substring(0, colon)) {
                case "event" -> type = value;
                case "data" -> data = value;
                case "id" -> id = value;
                case "retry" -> {}
                case String other -> violation("a field named " + other);
            }
        }
        if (data != null) {
            event(type, data, id);
        } else if (id != null) {
            idAlone(id);
        }
    }

    private void event(String type, String data, String id) {
        EventJson.Header header = EventJson.header(data);
        if (!Objects.equals(type, header.type())) {
            violation("event " + type + " is " + data);
        }
        if (header.id() == null) {
            if (id != null) {
                violation("has an id and no place: " + data);
            }
            return;
        }
        Received received = runs.get(header.runId());
        if (received == null) {
            violation("of another run: " + data);
            return;
        }
        if (together) {
            String place = header.runId() + " " + header.producer() + " " + header.id();
            sinceId.add(place);
            if (mayRepeat.contains(place) && received.has(header.producer(), header.id())) {
                return;
            }
        }
        Event event = EventJson.decode(data);
        latencies.add(System.currentTimeMillis() - event.timestamp().toEpochMilli());
        String wrong = received.take(event, data);
        if (wrong != null) {
            violation(wrong);
        }
        events++;
        if (!together) {
            // It stands for what this viewer has: less would repeat after a cut, more would lose.
            if (id == null || !Position.parse(id).equals(received.position())) {
                violation("stands at " + received.position() + " and is given the id " + id + " with " + data);
            }
            lastId = id;
        } else if (id != null) {
            violation("an id with an event on a common stream: " + data);
        }
    }

    private void idAlone(String id) {
        if (!together) {
            violation("an id without an event: " + id);
            return;
        }
        for (String part : id.split(";")) {
            String[] named = part.split("=", 2);
            Received received = runs.get(named[0]);
            Position.parse(named[1]).parts().forEach((Producer producer, EntryId at) -> {
                if (!received.has(producer, at)) {
                    violation("an id that is ahead with " + named[0] + " " + producer + ": " + at);
                }
            });
        }
        lastId = id;
        sinceId.clear();
    }
}
