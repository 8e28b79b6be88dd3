package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import static dev.aideator.orchestrator.job.kubernetes.ScriptedApiServer.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ClusterViewTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String ONE = "00000000-0000-4000-8000-000000000001";
    private static final String TWO = "00000000-0000-4000-8000-000000000002";

    private ScriptedApiServer server;
    private KubernetesClient client;
    private ClusterView view;

    @BeforeEach
    void watch_a_cluster_with_one_job() throws IOException {
        server = new ScriptedApiServer();
        server.has(10, job(ONE, 5));
        client = server.client();
        view = new ClusterView(client, Configured.with(Map.of()));
    }

    @AfterEach
    void close() {
        view.close();
        client.close();
        server.close();
    }

    private void watch() {
        view.watch();
        await().atMost(SOON).until(() -> view.isComplete() && server.watching() > 0);
    }

    private static AttemptRef attempt(String run) {
        return new AttemptRef(new VariationRef(new RunId(UUID.fromString(run)), 0), 1);
    }

    private boolean sees(String run, int version) {
        return view.hasHeardOf(Serialization.unmarshal(job(run, version), Job.class));
    }

    @Test
    void what_is_listed_and_what_is_told_is_seen() throws IOException {
        watch();
        assertThat(sees(ONE, 5)).isTrue();
        server.tell("ADDED", job(TWO, 11));
        await().atMost(SOON).until(() -> sees(TWO, 11));
        server.tell("DELETED", job(ONE, 12));
        await().atMost(SOON).until(() -> view.of(attempt(ONE)).orElseThrow().isGone());
    }

    @Test
    void a_watch_whose_version_is_forgotten_lists_again() throws IOException {
        watch();
        int before = server.lists();
        server.has(20, job(ONE, 5), job(TWO, 15));
        server.expire(1);
        server.dropWatches();
        await().atMost(SOON).until(() -> sees(TWO, 15));
        assertThat(server.lists()).isGreaterThan(before);
    }

    @Test
    void a_server_that_is_not_ready_is_asked_again() throws IOException {
        server.fail(3);
        watch();
        assertThat(sees(ONE, 5)).isTrue();

        server.has(20, job(ONE, 5), job(TWO, 15));
        server.expire(1);
        server.fail(3);
        server.dropWatches();
        await().atMost(SOON).until(() -> sees(TWO, 15));
    }

    @Test
    void what_went_away_while_nobody_watched_is_gone() throws IOException {
        watch();
        server.has(20, job(TWO, 15));
        server.expire(1);
        server.dropWatches();
        await().atMost(SOON).until(() -> sees(TWO, 15));
        await().atMost(SOON).until(() -> view.of(attempt(ONE)).orElseThrow().isGone());
    }

    @Test
    void a_watch_that_went_silent_is_started_again() {
        watch();
        // Nobody is told of it, as behind a connection that is dead and does not know.
        server.has(20, job(ONE, 5), job(TWO, 15));
        assertThat(sees(TWO, 15)).isFalse();
        view.watch();
        await().atMost(SOON).until(() -> sees(TWO, 15));
    }

    @Test
    void what_is_found_missing_is_gone_though_no_watch_told_of_its_end() throws IOException {
        watch();
        Set<String> known = view.uids();
        server.tell("ADDED", job(TWO, 11));
        await().atMost(SOON).until(() -> sees(TWO, 11));

        view.lose(known);

        assertThat(view.of(attempt(ONE)).orElseThrow().isGone()).isTrue();
        assertThat(view.of(attempt(TWO)).orElseThrow().isGone()).isFalse();
    }
}
