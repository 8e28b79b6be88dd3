package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Position;

import io.vertx.core.json.JsonObject;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Watches a stream as a browser does: remembers nothing but the last id, comes back with it, and stops at 204. Counts
 * each event that comes twice, out of order, or after a hole as a violation.
 *
 * <p>On the stream of several runs ids come by themselves, behind each write: what came behind the last one before a cut
 * may come once more, and only that.
 */
final class SseViewer implements AutoCloseable {

    record Received(String type, String data, String id, long nanos) {
        JsonObject json() {
            return new JsonObject(data);
        }
    }

    private static final long PAUSE_MILLIS = 20;

    private final int port;
    private final String path;
    private final boolean comesBack;
    private final boolean together;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private final Map<String, long[]> places = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> sinceId = new HashSet<>();
    private final Set<String> mayRepeat = new HashSet<>();
    private final int receiveBuffer;

    private volatile String lastId;
    private volatile int status;
    private volatile Map<String, String> headers = Map.of();
    private volatile boolean over;
    private volatile boolean closed;
    private volatile boolean paused;
    private volatile int connections;
    private volatile int retryMillis;
    private volatile Socket socket;

    private SseViewer(int port, String path, String lastId, boolean comesBack, int receiveBuffer) {
        this.port = port;
        this.path = path;
        this.together = path.startsWith("/api/v1/stream");
        this.lastId = lastId;
        this.comesBack = comesBack;
        this.receiveBuffer = receiveBuffer;
        Thread.ofVirtual().start(this::watch);
    }

    /** Watches once; {@code lastId} may be null. */
    static SseViewer once(int port, String path, String lastId) {
        return new SseViewer(port, path, lastId, false, 0);
    }

    /** Comes back whenever the stream was cut, until it is told that there is no more. */
    static SseViewer persistent(int port, String path) {
        return new SseViewer(port, path, null, true, 0);
    }

    /** Reads only after {@link #resume()}. */
    static SseViewer paused(int port, String path) {
        SseViewer viewer = new SseViewer(port, path, null, false, 4096);
        viewer.paused = true;
        return viewer;
    }

    /** Reads only after {@link #resume()}, and comes back when it was cut off meanwhile. */
    static SseViewer stuck(int port, String path) {
        SseViewer viewer = new SseViewer(port, path, null, true, 4096);
        viewer.paused = true;
        return viewer;
    }

    void resume() {
        paused = false;
    }

    int status() {
        return status;
    }

    String header(String name) {
        return headers.get(name.toLowerCase());
    }

    int connections() {
        return connections;
    }

    /** How long it was told to wait before it comes back. */
    int retryMillis() {
        return retryMillis;
    }

    String lastId() {
        return lastId;
    }

    boolean isOver() {
        return over;
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    List<Received> events() {
        return received.stream()
                .filter(it -> together ? it.json().containsKey("seq") : it.id() != null)
                .toList();
    }

    /** Those of one of several runs. */
    List<Received> events(String runId) {
        return events().stream()
                .filter(it -> runId.equals(it.json().getString("run_id")))
                .toList();
    }

    List<Received> ofType(String type) {
        return received.stream().filter(it -> type.equals(it.type())).toList();
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /** The content of all of a variation's output, joined. */
    String output(int variation) {
        StringBuilder text = new StringBuilder();
        for (Received event : ofType("agent_output")) {
            if (String.valueOf(variation).equals(event.json().getString("variation_id"))) {
                text.append(event.json().getString("content"));
            }
        }
        return text.toString();
    }

    /** Cuts the connection, as a network would; one that comes back does so. */
    void cut() throws IOException {
        socket.close();
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }

    private void watch() {
        do {
            try {
                connect();
            } catch (IOException e) {
                // Cut: that is what coming back is for.
            }
            if (status == 204 || status == 404) {
                break;
            }
            pause();
        } while (comesBack && !closed);
        over = true;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect() throws IOException {
        try (Socket mine = new Socket()) {
            if (receiveBuffer > 0) {
                mine.setReceiveBufferSize(receiveBuffer);
            }
            mine.connect(new InetSocketAddress("127.0.0.1", port), 2000);
            socket = mine;
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                    + (lastId == null ? "" : "Last-Event-ID: " + lastId + "\r\n") + "\r\n";
            mine.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            InputStream in = new BufferedInputStream(mine.getInputStream(), receiveBuffer > 0 ? 1024 : 65536);
            status = Integer.parseInt(line(in).split(" ")[1]);
            Map<String, String> head = new HashMap<>();
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                head.put(
                        header.substring(0, colon).toLowerCase(),
                        header.substring(colon + 1).trim());
            }
            headers = head;
            connections++;
            mayRepeat.clear();
            mayRepeat.addAll(sinceId);
            sinceId.clear();
            if ("chunked".equals(head.get("transfer-encoding"))) {
                new Blocks().readFrom(in);
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Puts chunks together and takes blocks apart. */
    private final class Blocks {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private String type;
        private String id;
        private List<String> data = new ArrayList<>();

        void readFrom(InputStream in) throws IOException {
            for (int length = chunk(in); length > 0; length = chunk(in)) {
                byte[] bytes = in.readNBytes(length);
                for (byte next : bytes) {
                    if (next == '\n') {
                        field(line.toString(StandardCharsets.UTF_8));
                        line.reset();
                    } else {
                        line.write(next);
                    }
                }
                line(in);
            }
        }

        private int chunk(InputStream in) throws IOException {
            while (paused && !closed) {
                pause();
            }
            return Integer.parseInt(SseViewer.line(in), 16);
        }

        private void line(InputStream in) throws IOException {
            SseViewer.line(in);
        }

        private void field(String field) {
            if (field.isEmpty()) {
                if (!data.isEmpty()) {
                    dispatch(new Received(type, String.join("\n", data), id, System.nanoTime()));
                } else if (id != null) {
                    idAlone(id);
                }
                type = null;
                id = null;
                data = new ArrayList<>();
                return;
            }
            int colon = field.indexOf(": ");
            String value = field.substring(colon + 2);
            switch (field.substring(0, colon)) {
                case "event" -> type = value;
                case "data" -> data.add(value);
                case "id" -> id = value;
                case "retry" -> retryMillis = Integer.parseInt(value);
                case String other -> violations.add("an unknown field " + other);
            }
        }
    }

    private void idAlone(String id) {
        if (!together) {
            violations.add("an id without an event: " + id);
        }
        for (String run : id.split(";")) {
            String[] named = run.split("=", 2);
            Position.parse(named[1]).parts().forEach((producer, at) -> isNotAhead(named[0] + " " + producer, at));
        }
        lastId = id;
        sinceId.clear();
    }

    /** An id that comes before what it stands for would lose that in a cut between both. */
    private void isNotAhead(String producer, EntryId at) {
        long[] place = places.get(producer);
        if (place != null && at.isAfter(new EntryId(place[0], place[1]))) {
            violations.add("an id is ahead with " + producer + ": " + at);
        }
    }

    private void dispatch(Received event) {
        JsonObject json = event.json();
        if (together) {
            if (event.id() != null) {
                violations.add("an event with an id: " + event);
            }
            if (json.containsKey("seq")) {
                String place = place(json);
                sinceId.add(place);
                if (mayRepeat.remove(place)) {
                    return;
                }
                check(event, json);
            }
        } else if (event.id() != null) {
            check(event, json);
            lastId = event.id();
        } else if (json.containsKey("seq")) {
            violations.add("an event with a place has no id: " + event);
        }
        received.add(event);
    }

    private static String producer(JsonObject json) {
        String variation = json.getString("variation_id");
        return json.getString("run_id") + " " + (variation == null ? "run" : variation);
    }

    private static String place(JsonObject json) {
        return producer(json) + ":" + json.getLong("epoch") + "-" + json.getLong("seq");
    }

    private void check(Received event, JsonObject json) {
        String producer = producer(json);
        long epoch = json.getLong("epoch");
        long seq = json.getLong("seq");
        if (!seen.add(place(json))) {
            violations.add("twice: " + event.data());
        }
        long first = "gap".equals(event.type()) ? json.getLong("from") : seq;
        long[] before = places.get(producer);
        if (before != null && before[0] == epoch ? first != before[1] + 1 : before != null && epoch < before[0]) {
            violations.add("after " + before[0] + "-" + before[1] + " comes " + event.data());
        }
        places.put(producer, new long[] {epoch, seq});
    }
}
