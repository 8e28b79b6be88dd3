package dev.aideator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Watches a run as the dashboard does: comes back with its Last-Event-ID whenever the stream breaks, until
 * {@code run_complete}. Notes what no viewer may see: an event twice, out of order, or a hole.
 */
public final class PatientViewer implements AutoCloseable {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI stream;
    private final Map<String, String> headers;
    private final Map<String, StringBuffer> texts = new ConcurrentHashMap<>();
    private final Map<String, long[]> positions = new HashMap<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<JsonNode> complete = new CompletableFuture<>();
    private final Thread thread;
    private volatile String lastEventId = "";
    private volatile int connections;

    private PatientViewer(URI stream, Map<String, String> headers) {
        this.stream = stream;
        this.headers = headers;
        this.thread = Thread.ofVirtual().name("viewer of " + stream).start(this::watch);
    }

    public static PatientViewer watch(URI stream) {
        return watch(stream, Map.of());
    }

    /** {@code headers} go with every request, such as the one that brings a token. */
    public static PatientViewer watch(URI stream, Map<String, String> headers) {
        return new PatientViewer(stream, headers);
    }

    private void watch() {
        try {
            while (!complete.isDone()) {
                watchOnce();
            }
        } catch (InterruptedException e) {
            complete.cancel(false);
        } catch (RuntimeException e) {
            complete.completeExceptionally(e);
        }
    }

    private void watchOnce() throws InterruptedException {
        try (Viewer viewer = Viewer.open(stream, lastEventId, headers)) {
            if (viewer.status() != 200) {
                // Whoever stands behind is on its way: nothing to wait for but time.
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
                return;
            }
            connections++;
            while (!viewer.hasEnded()) {
                Optional<Viewer.Frame> frame = viewer.next(LOOK_AGAIN);
                if (frame.isPresent()) {
                    take(frame.get());
                }
            }
        } catch (IOException e) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis());
        }
    }

    private void take(Viewer.Frame frame) throws IOException {
        JsonNode event = JSON.readTree(frame.data());
        if (!frame.id().isEmpty()) {
            lastEventId = frame.id();
        }
        if (event.hasNonNull("seq")) {
            checkOrder(event);
            events.add(event);
        }
        switch (frame.event()) {
            case "agent_output" ->
                texts.computeIfAbsent(event.path("variation_id").asText(), v -> new StringBuffer())
                        .append(event.path("content").asText());
            case "gap" -> faults.add("gap: " + event);
            case "run_complete" -> complete.complete(event);
            default -> {
                // Only counted.
            }
        }
    }

    private void checkOrder(JsonNode event) {
        String producer = event.path("variation_id").asText("run");
        long epoch = event.path("epoch").asLong();
        long seq = event.path("seq").asLong();
        long[] last = positions.computeIfAbsent(producer, p -> new long[] {0, 0});
        boolean next = epoch == last[0] ? seq == last[1] + 1 : epoch > last[0] && seq == 1;
        if (!next) {
            faults.add("after %d-%d of %s came %s".formatted(last[0], last[1], producer, event));
        }
        last[0] = epoch;
        last[1] = seq;
    }

    /** The run's last event. */
    public JsonNode awaitComplete(Duration within) throws Exception {
        return complete.get(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** All that a variation's agent has said so far. */
    public String text(int variation) {
        StringBuffer text = texts.get(Integer.toString(variation));
        return text == null ? "" : text.toString();
    }

    public List<JsonNode> events() {
        return new ArrayList<>(events);
    }

    public List<String> faults() {
        return faults;
    }

    public int connections() {
        return connections;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
