package dev.aideator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The orchestrator's API as doctor and bench use it. */
final class Runs {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    private final URI orchestrator;
    private final Optional<String> token;

    /** An answer other than the one that was hoped for. */
    static final class Unexpected extends IOException {

        private final String body;

        private Unexpected(HttpRequest request, HttpResponse<String> response) {
            super(request.method() + " " + request.uri().getPath() + " answered " + response.statusCode() + ": "
                    + response.body());
            this.body = response.body();
        }

        /** {@code kind}: the last part of a problem's type. */
        boolean is(String kind) {
            try {
                return JSON.readTree(body).path("type").asText().endsWith("/" + kind);
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** {@code token}: what opens the API, where it is not open to everybody. */
    Runs(URI orchestrator, Optional<String> token) {
        this.orchestrator = orchestrator;
        this.token = token;
    }

    static String request(Path repository, String prompt, String agent, int variations) {
        ObjectNode request = JSON.createObjectNode()
                .put("github_url", repository.toUri().toString().replaceFirst("^file:/+", "file:///"))
                .put("prompt", prompt)
                .put("variations", variations);
        for (int i = 0; i < variations; i++) {
            request.withArray("agents").addObject().put("agent", agent);
        }
        return request.toString();
    }

    /** Returns the new run's id. */
    String start(String request) throws IOException, InterruptedException {
        HttpRequest post = request(orchestrator.resolve("/api/v1/runs"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(request))
                .build();
        return answer(post, 202).path("run_id").asText();
    }

    JsonNode get(String runId) throws IOException, InterruptedException {
        return answer(request(run(runId)).build(), 200);
    }

    void cancel(String runId) throws IOException, InterruptedException {
        Http.CLIENT.send(request(run(runId)).DELETE().build(), HttpResponse.BodyHandlers.discarding());
    }

    JsonNode health() throws IOException, InterruptedException {
        HttpRequest request = request(orchestrator.resolve("/api/v1/health")).build();
        return JSON.readTree(
                Http.CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    URI stream(String runId) {
        return orchestrator.resolve("/api/v1/runs/" + runId + "/stream/redis");
    }

    /** Watches a stream from its start. */
    Viewer watch(URI stream) throws IOException, InterruptedException {
        return Viewer.open(stream, "", authorization());
    }

    private HttpRequest.Builder request(URI uri) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(ANSWERS_WITHIN);
        authorization().forEach(request::header);
        return request;
    }

    private Map<String, String> authorization() {
        return token.map(text -> Map.of("Authorization", "Bearer " + text)).orElse(Map.of());
    }

    private URI run(String runId) {
        return orchestrator.resolve("/api/v1/runs/" + runId);
    }

    private static JsonNode answer(HttpRequest request, int expected) throws IOException, InterruptedException {
        HttpResponse<String> response = Http.CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != expected) {
            throw new Unexpected(request, response);
        }
        return JSON.readTree(response.body());
    }
}
