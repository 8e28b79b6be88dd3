package dev.aideator.orchestrator.job.local;

import dev.aideator.events.AttemptFolder;
import dev.aideator.orchestrator.EmbeddedServers;
import dev.aideator.orchestrator.job.JobConfig;
import dev.aideator.orchestrator.job.JobLauncher;
import dev.aideator.orchestrator.job.Observation;
import dev.aideator.orchestrator.job.RunnerEnvironment;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import jakarta.inject.Inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@QuarkusTest
@QuarkusTestResource(EmbeddedServers.class)
class LocalJobLauncherTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    RunnerEnvironment environment;

    @Inject
    JobConfig config;

    private final AttemptRef attempt = new AttemptRef(new VariationRef(new RunId(UUID.randomUUID()), 0), 1);

    private LocalJobLauncher launcher() {
        return new LocalJobLauncher(environment, config, Clock.systemUTC());
    }

    private Assignment assignment(String script) {
        AgentChoice agent = new AgentChoice("survey", null, 0.5, null);
        return new Assignment(attempt, "https://example.org/a/b", script, "main", agent, null, Optional.empty(), false);
    }

    private void start(LocalJobLauncher launcher) {
        launcher.start(assignment("await /nowhere/at/all"));
    }

    private AttemptFolder folder() {
        return AttemptFolder.of(EmbeddedServers.attempts(), attempt.run().toString(), 0, 1);
    }

    private void awaitAlive(LocalJobLauncher launcher) {
        await().atMost(SOON).until(() -> launcher.observe(attempt) instanceof Observation.Alive);
    }

    @AfterEach
    void end_what_still_runs() {
        launcher().kill(attempt);
        await().atMost(SOON).until(() -> launcher().tidy(attempt));
    }

    @Test
    void an_attempt_is_not_started_until_it_is() {
        assertThat(launcher().observe(attempt)).isEqualTo(new Observation.NotStarted());
    }

    @Test
    void a_restarted_launcher_takes_over_what_it_finds() {
        start(launcher());
        LocalJobLauncher restarted = launcher();
        awaitAlive(restarted);
        start(restarted);
        restarted.kill(attempt);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(restarted.observe(attempt)).isEqualTo(new Observation.Exited(OptionalInt.empty())));
        start(restarted);
        assertThat(restarted.observe(attempt)).isEqualTo(new Observation.Exited(OptionalInt.empty()));
    }

    @Test
    void who_started_a_runner_knows_how_it_ended() {
        LocalJobLauncher launcher = launcher();
        start(launcher);
        awaitAlive(launcher);
        launcher.kill(attempt);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(launcher.observe(attempt)).isEqualTo(new Observation.Exited(OptionalInt.of(137))));
    }

    @Test
    void of_two_that_start_at_once_one_works() throws IOException {
        LocalJobLauncher first = launcher();
        LocalJobLauncher second = launcher();
        start(first);
        start(second);
        awaitAlive(first);
        awaitAlive(second);
        String pid = Files.readString(folder().pid());
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> Files.readString(folder().pid()).equals(pid)
                        && first.observe(attempt) instanceof Observation.Alive
                        && second.observe(attempt) instanceof Observation.Alive);
    }

    @Test
    void what_was_barred_cannot_begin() {
        launcher().terminate(attempt);
        LocalJobLauncher launcher = launcher();
        start(launcher);
        assertThat(launcher.observe(attempt)).isEqualTo(new Observation.GroundLost());
    }

    @Test
    void a_runner_from_before_the_machine_was_restarted_is_lost() throws IOException {
        Files.createDirectories(folder().path());
        Files.writeString(folder().pid(), "999999 1000\n");
        assertThat(launcher().observe(attempt)).isEqualTo(new Observation.GroundLost());
    }

    @Test
    void a_program_that_is_not_there_never_comes_up() {
        LocalJobLauncher launcher = with("/no/such/program --at all");
        start(launcher);
        await().atMost(SOON).until(() -> launcher.observe(attempt), Observation.NeverCameUp.class::isInstance);
        assertThat(((Observation.NeverCameUp) launcher.observe(attempt)).log()).contains("/no/such/program");
    }

    private LocalJobLauncher with(String command) {
        Map<String, String> settings = Map.of(
                "aideator.job.runner-command",
                command,
                "aideator.job.attempts-dir",
                EmbeddedServers.attempts().toString());
        JobConfig changed = new SmallRyeConfigBuilder()
                .withMapping(JobConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .build()
                .getConfigMapping(JobConfig.class);
        return new LocalJobLauncher(environment, changed, Clock.systemUTC());
    }

    @Test
    void what_an_agent_left_running_ends_with_its_runner() {
        Path stray = folder().path().resolve("stray");
        LocalJobLauncher launcher = launcher();
        launcher.start(assignment("leave " + stray + "\nhalt 3"));
        ProcessHandle left = await().atMost(SOON)
                .until(() -> started(stray), Optional::isPresent)
                .orElseThrow();
        await().atMost(SOON).until(() -> launcher.tidy(attempt));
        await().atMost(SOON).until(() -> !left.isAlive());
    }

    private static Optional<ProcessHandle> started(Path pid) {
        try {
            return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Test
    void tidying_waits_for_the_end_and_takes_the_workspace() throws IOException {
        Files.createDirectories(folder().workspace().resolve("a/b"));
        LocalJobLauncher launcher = launcher();
        start(launcher);
        awaitAlive(launcher);
        assertThat(launcher.tidy(attempt)).isFalse();
        assertThat(folder().workspace()).exists();
        launcher.kill(attempt);
        await().atMost(SOON).until(() -> launcher.tidy(attempt));
        assertThat(folder().workspace()).doesNotExist();
        assertThat(folder().prompt()).exists();
        launcher.forget(attempt);
        assertThat(folder().path().getParent().getParent()).doesNotExist();
    }

    @Test
    void a_workspace_goes_whatever_permissions_the_agent_gave_it() throws IOException {
        Path closed = folder().workspace().resolve("checkout/closed");
        Files.createDirectories(closed);
        Files.writeString(closed.resolve("file"), "x");
        Files.createSymbolicLink(closed.resolve("link"), Path.of("/"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));

        assertThat(launcher().tidy(attempt)).isTrue();
        assertThat(folder().workspace()).doesNotExist();
    }

    @Test
    void a_program_that_outlived_its_runner_ends_with_the_attempt() throws Exception {
        Process stray = sleeping(folder().workspace());
        Process someoneElse = sleeping(folder().path().resolveSibling("2").resolve("workspace"));

        launcher().kill(attempt);

        assertThat(stray.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(someoneElse.isAlive()).isTrue();
        someoneElse.destroyForcibly();
    }

    /** In a session of its own, as the runner starts programs. */
    private static Process sleeping(Path workspace) throws IOException {
        ProcessBuilder program = new ProcessBuilder("setsid", "sleep", "600");
        program.environment().put("TMPDIR", workspace.resolve("tmp").toString());
        return program.start();
    }

    @Test
    void a_program_gets_the_variables_that_the_operator_names_for_it() {
        AgentChoice echo = new AgentChoice("echo-bot", null, null, null);
        Map<String, String> told = launcher()
                .variables(
                        new Assignment(
                                attempt, "https://example.org/a/b", "x", "main", echo, null, Optional.empty(), false),
                        folder());

        assertThat(told)
                .containsEntry("AGENT", "command")
                .containsEntry("COMMAND_ENV", "ECHO_KEY, RUN_ID")
                .containsEntry("ECHO_KEY", "k-${HOME}")
                .containsEntry("RUN_ID", attempt.run().toString());
        assertThat(launcher().variables(assignment("x"), folder())).doesNotContainKeys("COMMAND_ENV", "ECHO_KEY");
    }

    @Test
    void a_runner_is_told_what_it_needs_and_nothing_else() {
        assertThat(launcher().variables(assignment("x"), folder()))
                .containsEntry("RUN_ID", attempt.run().toString())
                .containsEntry("VARIATION_ID", "0")
                .containsEntry("EPOCH", "1")
                .containsEntry("REDIS_URL", EmbeddedServers.redisUrl())
                .containsEntry("AGENT", "survey")
                .containsEntry("AGENT_NAME", "survey")
                .containsEntry("REPO_URL", "https://example.org/a/b")
                .containsEntry("BASE_REF", "main")
                .containsEntry("TEMPERATURE", "0.5")
                .containsEntry("DEADLINE", "PT30M")
                .containsEntry("PROMPT_FILE", folder().prompt().toString())
                .containsKey("PATH")
                .doesNotContainKeys(
                        "DATABASE_URL",
                        "AIDEATOR_INTERNAL_TOKEN",
                        "OPENAI_API_KEY",
                        "AIDEATOR_RUNNER_COMMAND",
                        "MODEL");
    }

    @Test
    void an_agent_that_is_not_to_be_had_is_not_started() {
        AgentChoice agent = new AgentChoice("nobody", null, null, null);
        Assignment impossible =
                new Assignment(attempt, "https://example.org/a/b", "x", null, agent, null, Optional.empty(), false);
        assertThatThrownBy(() -> launcher().start(impossible))
                .isInstanceOf(JobLauncher.NotStartable.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void the_runner_may_lie_in_a_folder_with_a_space() {
        assertThat(LocalJobLauncher.words(" \"/home/me/My Projects/java\" -Xmx256m  -jar \"a b.jar\" "))
                .containsExactly("/home/me/My Projects/java", "-Xmx256m", "-jar", "a b.jar");
    }
}
