package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The stream of what agents print in pods, and all that can happen to a pod and to the way to its log. */
class PodStreamTest extends GatewayFixture {

    @TempDir
    static Path folder;

    private FakeKubernetes kubernetes;

    @Override
    Map<String, String> settings() {
        if (kubernetes == null) {
            kubernetes = new FakeKubernetes(vertx, folder);
        }
        return Map.ofEntries(
                Map.entry("aideator.gateway.log.place", "pods"),
                Map.entry("aideator.gateway.log.run-poll", "50ms"),
                Map.entry("aideator.gateway.log.hole-patience", "1s"),
                Map.entry(
                        "aideator.gateway.kubernetes.kubeconfig",
                        kubernetes.kubeconfig().toString()),
                Map.entry("aideator.gateway.kubernetes.namespace", FakeKubernetes.NAMESPACE),
                Map.entry("aideator.gateway.kubernetes.patience", "1s"),
                Map.entry("aideator.gateway.kubernetes.poll", "50ms"),
                Map.entry("aideator.gateway.kubernetes.settle", "100ms"),
                Map.entry("aideator.gateway.kubernetes.stall", "300ms"),
                Map.entry("aideator.gateway.hub.linger", "200ms"),
                Map.entry("aideator.gateway.hub.check", "300ms"));
    }

    @AfterAll
    void closeKubernetes() {
        kubernetes.close();
    }

    @AfterEach
    void kubernetesIsThereForTheNextTest() {
        kubernetes.away(false);
    }

    private SseViewer watchLog() {
        return add(SseViewer.once(gateway.port(), logPath(), null));
    }

    private Event event(Producer producer, long epoch, long seq, Payload payload) {
        return new Event(runId, producer, new EntryId(epoch, seq), Instant.EPOCH.plusMillis(seq), payload);
    }

    private String output(int variation, long epoch, long seq, String content) {
        return EventJson.encode(event(Producer.variation(variation), epoch, seq, new Payload.AgentOutput(content)));
    }

    private FakeKubernetes.Pod runningPod(int variation, long attempt) {
        known.attempt(Producer.variation(variation), attempt, -1);
        return kubernetes.pod(runId, variation, attempt).start();
    }

    @Test
    void follows_pods_that_come_and_speak() {
        known.attempt(V0, 1, -1);
        SseViewer viewer = watchLog();
        until(() -> viewer.ofType("caught_up").size() == 1);

        FakeKubernetes.Pod pod = kubernetes.pod(runId, 0, 1);
        runningPod(1, 1).print(output(1, 1, 1, "other") + "\n");
        until(() -> viewer.output(1).equals("other"));
        pod.start().print(output(0, 1, 1, "one") + "\n");
        until(() -> viewer.output(0).equals("one"));

        String long300KiB = "— 🚀 " + "x".repeat(300 * 1024);
        String line = output(0, 1, 2, long300KiB);
        pod.print(line.substring(0, 100_000));
        pod.print(line.substring(100_000));
        pod.print("\nnoise of a library\n{\"json\":\"of a tool\"}\n\n");
        // What another attempt or another variation says does not count here, whoever printed it.
        pod.print(output(0, 2, 1, "another attempt's") + "\n" + output(1, 1, 2, "another variation's") + "\n");
        pod.print(output(0, 1, 3, "three") + "\n");
        until(() -> viewer.output(0).endsWith("three"));

        assertThat(viewer.output(0)).isEqualTo("one" + long300KiB + "three");
        assertThat(viewer.output(1)).isEqualTo("other");
        assertThat(viewer.lastId()).isEqualTo("0:1-3,1:1-1");
        assertThat(viewer.violations()).isEmpty();
        assertThat(viewer.ofType("source_changed")).isEmpty();
    }

    @Test
    void all_viewers_share_one_connection_which_is_closed_when_nobody_watches() throws Exception {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        pod.print(output(0, 1, 1, "one") + "\n");
        List<SseViewer> viewers =
                IntStream.range(0, 10).mapToObj(i -> watchLog()).toList();
        until(() -> viewers.stream().allMatch(viewer -> viewer.output(0).equals("one")));
        assertThat(pod.opened()).isEqualTo(1);
        viewers.forEach(SseViewer::close);
        until(() -> pod.follows() == 0);

        SseViewer back = add(SseViewer.once(gateway.port(), logPath(), "0:1-1"));
        pod.print(output(0, 1, 2, "two") + "\n");
        until(() -> back.output(0).equals("two"));
    }

    @Test
    void a_connection_that_breaks_is_made_again_without_loss_or_repeat() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        SseViewer viewer = watchLog();
        StringBuilder said = new StringBuilder();
        for (int i = 1; i <= 60; i++) {
            String content = "line " + i + "x".repeat(i * 10);
            said.append(content);
            String line = output(0, 1, i, content) + "\n";
            int middle = line.length() / 2;
            pod.print(line.substring(0, middle));
            if (i % 20 == 10) {
                int told = i - 1;
                until(() -> viewer.events().size() == told);
                pod.cut();
            } else if (i % 20 == 0) {
                pod.endAnswers();
            }
            pod.print(line.substring(middle));
        }
        until(() -> viewer.events().size() == 60);
        assertThat(viewer.output(0)).isEqualTo(said.toString());
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void a_connection_that_stalls_is_given_up() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        pod.print(output(0, 1, 1, "one") + "\n");
        SseViewer viewer = watchLog();
        until(() -> viewer.output(0).equals("one"));
        pod.stall();
        pod.print(output(0, 1, 2, "two") + "\n");
        until(() -> viewer.output(0).equals("onetwo"));
        assertThat(pod.opened()).isEqualTo(2);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void an_api_server_that_is_away_is_waited_for() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        pod.print(output(0, 1, 1, "one ") + "\n");
        SseViewer viewer = watchLog();
        until(() -> viewer.output(0).equals("one "));

        kubernetes.away(true);
        pod.print(output(0, 1, 2, "two ") + "\n");
        pod.print(output(0, 1, 3, "three ") + "\n");
        // What the orchestrator has from elsewhere is shown meanwhile.
        known.archive(V0, output(0, 1, 1, "one "));
        known.archive(V0, output(0, 1, 2, "two "));
        until(() -> viewer.output(0).equals("one two "));
        SseViewer late = watchLog();
        until(() -> late.output(0).equals("one two "));

        kubernetes.away(false);
        until(() -> viewer.output(0).equals("one two three ") && late.output(0).equals("one two three "));
        assertThat(List.of(viewer, late)).allSatisfy(it -> {
            assertThat(it.violations()).isEmpty();
            assertThat(it.ofType("gap")).isEmpty();
            assertThat(it.isOver()).isFalse();
        });
    }

    @Test
    void the_archive_has_what_a_pod_that_is_gone_said() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        pod.print(output(0, 1, 1, "one ") + "\n");
        SseViewer viewer = watchLog();
        until(() -> viewer.output(0).equals("one "));

        kubernetes.delete(pod);
        known.archive(V0, output(0, 1, 1, "one "));
        known.archive(V0, output(0, 1, 2, "two "));
        until(() -> viewer.output(0).equals("one two "));
        known.archive(V0, output(0, 1, 3, "three "));
        known.attempt(V0, 1, 3);
        Position position = Position.START.with(V0, new EntryId(1, 3)).with(RUN, new EntryId(1, 1));
        known.archive(RUN, EventJson.encode(event(RUN, 1, 1, new Payload.RunComplete("completed", position))));
        known.end("1-1");
        until(viewer::isOver);
        assertThat(viewer.output(0)).isEqualTo("one two three ");
        assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void one_attempt_follows_another() {
        FakeKubernetes.Pod first = runningPod(0, 1);
        first.print(output(0, 1, 1, "first ") + "\n");
        SseViewer viewer = watchLog();
        until(() -> viewer.output(0).equals("first "));

        first.print(output(0, 1, 2, "end ") + "\n");
        first.end();
        known.attempt(V0, 1, 2);
        FakeKubernetes.Pod second = runningPod(0, 2);
        second.print(output(0, 2, 1, "second ") + "\n");
        until(() -> viewer.output(0).endsWith("second "));
        // Given up, it may go on printing all the same.
        first.print(output(0, 1, 3, "too late ") + "\n");
        second.print(output(0, 2, 2, "more") + "\n");
        until(() -> viewer.output(0).endsWith("more"));
        assertThat(viewer.output(0)).isEqualTo("first end second more");
        assertThat(viewer.violations()).isEmpty();
        try (TestGateway other = new TestGateway(server.url(), orchestrator.url(), settings())) {
            SseViewer fresh = add(SseViewer.once(other.port(), logPath(), null));
            until(() -> fresh.ofType("caught_up").size() == 1);
            assertThat(fresh.output(0)).isEqualTo("first end second more");
            assertThat(fresh.violations()).isEmpty();
        }
    }

    @Test
    void what_a_rotated_log_lacks_comes_from_the_archive_or_is_a_gap() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 700; i++) {
            lines.add(output(0, 1, i, "line " + i));
        }
        lines.forEach(line -> pod.print(line + "\n"));
        lines.subList(0, 650).forEach(line -> known.archive(V0, line));
        pod.rotate(100);
        SseViewer viewer = watchLog();
        until(() -> viewer.events().size() == 700);
        assertThat(viewer.events()).extracting(SseViewer.Received::data).isEqualTo(lines);

        // The archive is late, but comes in time.
        for (int i = 701; i <= 720; i++) {
            lines.add(output(0, 1, i, "line " + i));
        }
        pod.cut();
        kubernetes.away(true);
        lines.subList(700, 720).forEach(line -> pod.print(line + "\n"));
        pod.rotate(5);
        kubernetes.away(false);
        lines.subList(650, 715).forEach(line -> known.archive(V0, line));
        until(() -> viewer.events().size() == 720);
        assertThat(viewer.events()).extracting(SseViewer.Received::data).isEqualTo(lines);

        // This time it never comes.
        kubernetes.away(true);
        pod.print(
                output(0, 1, 721, "lost") + "\n" + output(0, 1, 722, "lost") + "\n" + output(0, 1, 723, "kept") + "\n");
        pod.rotate(1);
        kubernetes.away(false);
        until(() -> viewer.output(0).endsWith("kept"));
        assertThat(viewer.ofType("gap")).singleElement().satisfies(gap -> {
            assertThat(gap.json().getLong("from")).isEqualTo(721);
            assertThat(gap.json().getLong("to")).isEqualTo(722);
        });
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void every_id_is_good_to_come_back_with() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        FakeKubernetes.Pod other = runningPod(1, 1);
        for (int i = 1; i <= 10; i++) {
            pod.print(output(0, 1, i, "zero " + i) + "\n");
            other.print(output(1, 1, i, "one " + i) + "\n");
        }
        SseViewer all = watchLog();
        until(() -> all.ofType("caught_up").size() == 1);
        assertThat(all.events()).hasSize(20);
        for (int seen = 1; seen <= 20; seen++) {
            SseViewer back = add(SseViewer.once(
                    gateway.port(), logPath(), all.events().get(seen - 1).id()));
            until(() -> back.ofType("caught_up").size() == 1);
            assertThat(back.events())
                    .extracting(SseViewer.Received::data)
                    .isEqualTo(all.events().subList(seen, 20).stream()
                            .map(SseViewer.Received::data)
                            .toList());
        }
    }

    @Test
    void a_viewer_who_is_slower_than_a_fast_pod_gets_everything() {
        FakeKubernetes.Pod pod = runningPod(0, 1);
        SseViewer slow = add(SseViewer.paused(gateway.port(), logPath()));
        SseViewer quick = watchLog();
        until(() -> quick.ofType("caught_up").size() == 1);
        String content = "x".repeat(50_000);
        for (int i = 1; i <= 400; i++) {
            pod.print(output(0, 1, i, content) + "\n");
        }
        until(() -> quick.events().size() == 400);
        slow.resume();
        until(() -> slow.events().size() == 400);
        pod.print(
                EventJson.encode(event(V0, 1, 401, new Payload.AgentComplete(Outcome.COMPLETED, "done", null))) + "\n");
        until(() -> slow.events().size() == 401);
        assertThat(slow.violations()).isEmpty();
        assertThat(quick.violations()).isEmpty();
        assertThat(gateway.count("gateway.viewers.behind")).isPositive();
        // The one that the slow viewer had for itself is gone.
        until(() -> pod.follows() == 1);
    }

    @Test
    void in_a_pod_of_its_own_it_uses_the_service_account_and_its_newest_token() {
        runningPod(0, 1).print(output(0, 1, 1, "one") + "\n");
        Map<String, String> inAPod = new HashMap<>(settings());
        inAPod.put("aideator.gateway.kubernetes.kubeconfig", "");
        inAPod.put("aideator.gateway.kubernetes.service-host", "localhost");
        inAPod.put("aideator.gateway.kubernetes.service-port", String.valueOf(kubernetes.port()));
        inAPod.put(
                "aideator.gateway.kubernetes.service-account",
                kubernetes.serviceAccount().toString());
        try (TestGateway there = new TestGateway(server.url(), orchestrator.url(), inAPod)) {
            SseViewer viewer = add(SseViewer.once(there.port(), logPath(), null));
            until(() -> viewer.output(0).equals("one"));
            kubernetes.renewToken("second-token");
            runningPod(1, 1).print(output(1, 1, 1, "with the new token") + "\n");
            until(() -> viewer.output(1).equals("with the new token"));
        } finally {
            kubernetes.renewToken("first-token");
        }
    }
}
