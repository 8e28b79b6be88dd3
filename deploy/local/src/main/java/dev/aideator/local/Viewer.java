package dev.aideator.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Watches one stream of Server-Sent Events, as a browser does but for coming back when it breaks. */
final class Viewer implements AutoCloseable {

    /** One event; {@code id} is empty for those that have none, {@code receivedAt} is {@link System#nanoTime}. */
    record Frame(String event, String data, String id, long receivedAt) {}

    private static final Frame END = new Frame("", "", "", 0);

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();

    private Viewer(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.ofVirtual().name("viewer").start(this::read);
    }

    /** Returns once the answer's head is here; {@code lastEventId} is empty for a viewer that starts. */
    static Viewer open(URI stream, String lastEventId) throws IOException, InterruptedException {
        return open(stream, lastEventId, Map.of());
    }

    static Viewer open(URI stream, String lastEventId, Map<String, String> headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(stream).header("Accept", "text/event-stream");
        headers.forEach(request::header);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return new Viewer(Http.CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    }

    int status() {
        return response.statusCode();
    }

    /** The next event, or none when the stream has ended or nothing came {@code within} that time. */
    Optional<Frame> next(Duration within) throws InterruptedException {
        Frame frame = frames.poll(within.toNanos(), TimeUnit.NANOSECONDS);
        if (frame == END) {
            frames.add(END);
        }
        return Optional.ofNullable(frame).filter(some -> some != END);
    }

    /** The next event of this type, passing over all others. */
    Optional<Frame> next(String event, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            Optional<Frame> frame = next(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            if (frame.isEmpty() || frame.get().event().equals(event)) {
                return frame;
            }
        }
    }

    boolean hasEnded() {
        return frames.peek() == END;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8), 1 << 16)) {
            String event = "message";
            String id = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        frames.add(new Frame(event, data.toString(), id, System.nanoTime()));
                    }
                    event = "message";
                    id = "";
                    data.setLength(0);
                } else if (line.startsWith("event:")) {
                    event = value(line, "event:");
                } else if (line.startsWith("id:")) {
                    id = value(line, "id:");
                } else if (line.startsWith("data:")) {
                    data.append(value(line, "data:"));
                }
            }
        } catch (IOException e) {
            // The connection broke or was closed by us: either way nothing more comes.
        }
        frames.add(END);
    }

    private static String value(String line, String field) {
        String value = line.substring(field.length());
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            // It was broken before.
        }
    }
}
