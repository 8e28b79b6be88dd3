package dev.aideator.gateway;

import dev.aideator.events.Event;
import dev.aideator.events.EventJson;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The same with agents in pods. */
class PodFallbackTest extends FallbackTest {

    @TempDir
    static Path folder;

    private FakeKubernetes kubernetes;

    @Override
    Map<String, String> settings() {
        if (kubernetes == null) {
            kubernetes = new FakeKubernetes(vertx, folder);
        }
        Map<String, String> settings = new HashMap<>(super.settings());
        settings.putAll(Map.of(
                "aideator.gateway.log.place", "pods",
                "aideator.gateway.kubernetes.kubeconfig",
                        kubernetes.kubeconfig().toString(),
                "aideator.gateway.kubernetes.namespace", FakeKubernetes.NAMESPACE,
                "aideator.gateway.kubernetes.poll", "50ms",
                "aideator.gateway.kubernetes.settle", "100ms"));
        return settings;
    }

    @AfterAll
    void closeKubernetes() {
        kubernetes.close();
    }

    @Override
    void print(Event event) {
        kubernetes
                .pod(runId, event.producer().index(), event.id().epoch())
                .start()
                .print(EventJson.encode(event) + "\n");
    }
}
