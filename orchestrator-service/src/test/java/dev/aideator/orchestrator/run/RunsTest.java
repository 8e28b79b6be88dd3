package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.EmbeddedServers;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class RunsTest {

    @Inject
    Runs runs;

    @Test
    void a_new_run_waits_with_all_its_variations() {
        NewRun request = new NewRun(
                "https://github.com/a/b",
                "Do it",
                null,
                List.of(new AgentChoice("none", null, null, null), new AgentChoice("none", "m", 0.5, 10)));
        Started started = runs.start(request, Optional.empty());
        assertThat(started.created()).isTrue();
        RunView run = runs.find(started.run().id());
        assertThat(run.variations()).hasSize(2);
        assertThat(runs.list(Optional.empty(), 0, 10).total()).isPositive();
        runs.cancel(run.id());
        assertThat(runs.find(run.id()).state()).isEqualTo(RunState.CANCELLED);
    }
}
