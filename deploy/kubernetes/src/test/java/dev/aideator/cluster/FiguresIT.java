package dev.aideator.cluster;

import dev.aideator.local.PatientViewer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.logging.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How long a run takes from its request to the first word that a viewer sees, and to the steps in between. */
@Tag("cluster")
@Tag("long")
class FiguresIT {

    private static final Logger LOG = Logger.getLogger(FiguresIT.class.getName());

    private static final int ROUNDS = 10;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    /** When something of a run was first seen, in nanoseconds of this machine's clock, by the run's id. */
    private final Map<String, Long> jobMade = new ConcurrentHashMap<>();

    private final Map<String, Long> podRunning = new ConcurrentHashMap<>();

    @Test
    void from_a_request_to_the_first_word() throws Exception {
        try (HostStack stack = HostStack.start(Map.of());
                Watch _ = stack.cluster()
                        .client()
                        .batch()
                        .v1()
                        .jobs()
                        .inNamespace(stack.namespace())
                        .watch(noting(jobMade, job -> true));
                Watch _ = stack.cluster()
                        .client()
                        .pods()
                        .inNamespace(stack.namespace())
                        .watch(noting(
                                podRunning,
                                (Pod pod) -> "Running".equals(pod.getStatus().getPhase())))) {
            List<Long> job = new ArrayList<>();
            List<Long> pod = new ArrayList<>();
            List<Long> word = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                long begun = System.nanoTime();
                // Not over at once: its node tells of a pod in steps of a second, and might never call it running.
                String run = stack.shell(1, "echo word; sleep 3");
                try (PatientViewer viewer = PatientViewer.watch(stack.stream(run))) {
                    await().atMost(HostStack.SOON)
                            .pollInterval(LOOK_AGAIN)
                            .until(() -> !viewer.text(0).isEmpty());
                }
                word.add(System.nanoTime() - begun);
                await().atMost(HostStack.SOON).until(() -> podRunning.containsKey(run));
                job.add(jobMade.get(run) - begun);
                pod.add(podRunning.get(run) - begun);
                assertThat(stack.ended(run).getString("state")).isEqualTo("completed");
                stack.awaitTidy();
            }
            LOG.info(() -> "medians of " + ROUNDS + " runs took from the request: to the Job " + median(job)
                    + " ms, to the running pod " + median(pod) + " ms, to the first word " + median(word) + " ms");
        }
    }

    private static <T extends HasMetadata> Watcher<T> noting(Map<String, Long> when, Predicate<T> what) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (what.test(object)) {
                    when.putIfAbsent(object.getMetadata().getLabels().get("aideator.dev/run"), System.nanoTime());
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                // Whoever asks for what was not seen finds nothing.
            }
        };
    }

    private static long median(List<Long> nanoseconds) {
        return nanoseconds.stream().sorted().toList().get(nanoseconds.size() / 2) / 1_000_000;
    }
}
