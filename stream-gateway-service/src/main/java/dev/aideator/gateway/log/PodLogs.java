package dev.aideator.gateway.log;

import dev.aideator.gateway.kubernetes.KubernetesApi;
import dev.aideator.gateway.kubernetes.KubernetesConfig;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The logs of agents' pods, as the Kubernetes API gives them: found by their labels, followed as they grow. */
public final class PodLogs implements Logs {

    private static final String CONTAINER = "agent";

    private final Vertx vertx;
    private final KubernetesApi api;
    private final KubernetesConfig config;

    public PodLogs(Vertx vertx, KubernetesApi api, KubernetesConfig config) {
        this.vertx = vertx;
        this.api = api;
        this.config = config;
    }

    /** An attempt's pod, and whether its agent has ended, so that its log grows no more. */
    record Pod(String name, boolean ended) {

        private static Pod of(JsonObject pod) {
            JsonObject status = pod.getJsonObject("status", new JsonObject());
            boolean ended = objects(status.getJsonArray("containerStatuses"))
                    .filter(container -> CONTAINER.equals(container.getString("name")))
                    .anyMatch(container ->
                            container.getJsonObject("state", new JsonObject()).containsKey("terminated"));
            return new Pod(pod.getJsonObject("metadata").getString("name"), ended);
        }
    }

    @Override
    public Log open(LoggedAttempt attempt, Runnable news) {
        return new PodLog(vertx, this, config, attempt, news);
    }

    @Override
    public void close() {
        api.close();
    }

    Future<Optional<Pod>> find(LoggedAttempt attempt) {
        String labels = "aideator.dev/installation=" + config.installation()
                + ",aideator.dev/run=" + attempt.runId()
                + ",aideator.dev/variation=" + attempt.variation()
                + ",aideator.dev/attempt=" + attempt.epoch();
        // Version 0: what the API server has in memory will do, as it is asked again.
        String query = "?resourceVersion=0&labelSelector=" + URLEncoder.encode(labels, StandardCharsets.UTF_8);
        return api.get(pods() + query)
                .map(list -> objects(new JsonObject(list).getJsonArray("items"))
                        // There is only ever one; should there be two, the second would number from 1 again.
                        .min(Comparator.comparing(
                                pod -> pod.getJsonObject("metadata").getString("creationTimestamp", "")))
                        .map(Pod::of));
    }

    Future<HttpClientRequest> follow(Pod pod) {
        return api.follow(log(pod) + "&follow=true");
    }

    Future<String> lastLine(Pod pod) {
        return api.get(log(pod) + "&tailLines=1").map(line -> line.toString(StandardCharsets.UTF_8));
    }

    private String log(Pod pod) {
        return pods() + "/" + pod.name() + "/log?container=" + CONTAINER;
    }

    private String pods() {
        return "/api/v1/namespaces/" + config.namespace() + "/pods";
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array == null ? Stream.empty() : IntStream.range(0, array.size()).mapToObj(array::getJsonObject);
    }
}
