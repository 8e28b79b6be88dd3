package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.job.RunnerEnvironment.Variables;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AgentJobTest {

    private static final AttemptRef ATTEMPT =
            new AttemptRef(new VariationRef(new RunId(UUID.fromString("11111111-2222-3333-4444-555555555555")), 1), 2);

    private static final Variables VARIABLES = new Variables(
            new TreeMap<>(Map.of("AGENT", "llm", "RUN_ID", ATTEMPT.run().toString(), "VARIATION_ID", "1")),
            Map.of("OPENAI_API_KEY", "sk-secret", "REDIS_URL", "redis://:password@redis:6379"));

    private static final Duration LIMIT = Duration.ofMinutes(35);

    private static Assignment assignment(String image) {
        return new Assignment(
                ATTEMPT,
                "https://github.com/owner/name",
                "What is risky here?",
                null,
                new AgentChoice("llm", "gpt-4o-mini", null, null),
                image,
                Optional.empty(),
                false);
    }

    private static Job job(String image, Map<String, String> settings) {
        return AgentJob.desired(assignment(image), VARIABLES, Configured.with(settings), LIMIT);
    }

    private static void assertGolden(String name, HasMetadata object) throws IOException {
        try (InputStream golden = AgentJobTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(golden).as("the golden file " + name).isNotNull();
            assertThat(Serialization.asYaml(object))
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void a_job_is_one_restricted_pod_with_its_settings_as_files() throws IOException {
        assertGolden("job.yaml", job(null, Map.of()));
    }

    @Test
    void a_users_image_gets_the_runner_from_an_init_container() throws IOException {
        assertGolden("job-users-image.yaml", job("ghcr.io/owner/toolchain:1", Map.of()));
    }

    @Test
    void an_operator_says_where_agents_run_and_who_admits_them() throws IOException {
        Map<String, String> settings = Map.of(
                "node-selector", "pool=agents,disk=fast",
                "tolerations", "[{\"key\":\"agents\",\"operator\":\"Exists\",\"effect\":\"NoSchedule\"}]",
                "priority-class", "low",
                "runtime-class", "gvisor",
                "queue", "agents",
                "image-pull-secrets", "registry",
                "service-account", "aideator-agent");
        assertGolden("job-operator.yaml", job(null, settings));
    }

    @Test
    void command_agents_get_the_image_with_the_tools() {
        Variables command = new Variables(Map.of("AGENT", "command"), Map.of());
        Job job = AgentJob.desired(assignment(null), command, Configured.with(Map.of("tools-image", "tools:1")), LIMIT);
        assertThat(job.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("tools:1");
    }

    @Test
    void what_is_secret_stands_in_the_secret_and_nowhere_else() {
        Secret secret = AgentJob.secret(assignment(null), VARIABLES, Configured.with(Map.of()));
        assertThat(secret.getStringData())
                .containsEntry("OPENAI_API_KEY", "sk-secret")
                .containsEntry("prompt", "What is risky here?");
        assertThat(Serialization.asYaml(job(null, Map.of())))
                .doesNotContain("sk-secret")
                .doesNotContain("password");
    }

    @Test
    void names_and_labels_lead_back_to_the_attempt() {
        Job job = job(null, Map.of());
        assertThat(job.getMetadata().getName()).hasSizeLessThanOrEqualTo(63);
        assertThat(AgentLabels.attempt(job)).contains(ATTEMPT);
        assertThat(AgentLabels.isOf(job, ATTEMPT, "aideator")).isTrue();
        assertThat(AgentLabels.isOf(job, ATTEMPT, "another")).isFalse();
    }

    @Test
    void a_node_selector_that_says_nothing_is_refused() {
        assertThatThrownBy(() -> job(null, Map.of("node-selector", "agents"))).hasMessageContaining("key=value");
    }
}
