package dev.aideator.agent;

import dev.aideator.agent.git.GitServer;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What the packaged runner does whichever agent it runs. */
class RunnerIT extends PackagedRunner {

    @Test
    void a_survey_over_http_ends_completed_and_leaves_once_it_is_sealed() throws Exception {
        try (GitServer git = new GitServer()) {
            git.serve("hello.git", repository.repository());
            environment.put("REPO_URL", git.url("hello.git"));
            done(stream.open(1));

            Process runner = run();
            awaitComplete();
            done(stream.seal(1));

            awaitExit(runner, Duration.ofSeconds(5));
        }
        assertThat(outcome().outcome()).as(this::tale).isEqualTo(Outcome.COMPLETED);
        assertThat(outcome().lastSeq()).isEqualTo(events().getLast().id().seq());
        assertThat(text()).contains("# A map for a newcomer: hello", "A repository of one file");
        assertThat(lines()).isEqualTo(stdout());
    }

    @Test
    void a_signal_cancels_the_agent_and_its_children() throws Exception {
        command("echo $$; sleep 300");
        done(stream.open(1));
        Process runner = run();
        await().atMost(Duration.ofSeconds(60)).until(() -> !text().isEmpty());
        ProcessHandle child = ProcessHandle.of(Long.parseLong(text().strip())).orElseThrow();

        runner.destroy();
        awaitComplete();
        done(stream.seal(1));

        awaitExit(runner, Duration.ofSeconds(20));
        assertThat(child.isAlive()).isFalse();
        assertThat(outcome().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(last())
                .isEqualTo(new Payload.AgentComplete(Outcome.CANCELLED, "cancelled", "The attempt was cancelled."));
    }

    /** Git once measured file systems in the thread that hears of a program's end, for three seconds. */
    @Test
    void the_attempt_ends_when_its_program_does() throws Exception {
        command("echo done");
        assertThat(attempt().outcome()).as(this::tale).isEqualTo(Outcome.COMPLETED);
        Instant said = events().get(events().size() - 2).timestamp();
        assertThat(said).isCloseTo(events().getLast().timestamp(), within(2, ChronoUnit.SECONDS));
    }

    @Test
    void the_deadline_is_the_runners_own() throws Exception {
        command("echo working; sleep 300");
        environment.put("DEADLINE", "PT6S");
        done(stream.open(1));
        Process runner = run();
        awaitComplete();
        done(stream.seal(1));
        awaitExit(runner, Duration.ofSeconds(20));
        assertThat(outcome().outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(text()).isEqualTo("working\n");
    }

    @Test
    void an_attempt_runs_once() throws Exception {
        command("echo working; sleep 300");
        done(stream.open(1));
        Process first = run();
        await().atMost(Duration.ofSeconds(60)).until(() -> !text().isEmpty());
        assertThat(Files.readString(folder.resolve("pid")))
                .isEqualTo(first.pid() + " "
                        + first.info().startInstant().orElseThrow().toEpochMilli() + "\n");

        Process second = run("second");
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(75);
        assertThat(folder.resolve("second.out")).isEmptyFile();
        first.destroyForcibly().waitFor();
        Process third = run("third");
        assertThat(third.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(third.exitValue()).isEqualTo(75);
    }

    @Test
    void a_secret_that_the_program_prints_shows_nowhere() throws Exception {
        command("printf 'tok'; sleep 0.2; printf 'en-123'; sleep 0.2; echo '45'; echo $TOKEN >&2; exit 4");
        environment.put("TOKEN", "token-12345");
        environment.put("COMMAND_ENV", "TOKEN");
        done(stream.open(1));
        Process runner = run();
        awaitComplete();
        done(stream.seal(1));
        awaitExit(runner, Duration.ofSeconds(20));
        assertThat(text()).isEqualTo("***\n");
        assertThat(String.join("", stdout())).doesNotContain("token-12345");
        assertThat(outcome().reason()).isEqualTo("exit_code");
        assertThat(events()).extracting(event -> event.payload().type()).endsWith("agent_error", "agent_complete");
    }

    @Test
    void a_redis_that_is_killed_in_the_middle_loses_nothing() throws Exception {
        command("for i in $(seq 1 200); do echo \"line $i\"; done; cat \"$HOME/go\"; for i in $(seq 201 400);"
                + " do echo \"line $i\"; done");
        Path workspace =
                Files.createDirectories(folder.resolve("workspace/home")).getParent();
        environment.put("WORKSPACE_DIR", workspace.toString());
        assertThat(new ProcessBuilder("mkfifo", workspace.resolve("home/go").toString())
                        .start()
                        .waitFor())
                .isZero();
        done(stream.open(1));
        run();
        await().atMost(Duration.ofSeconds(60)).until(() -> text().contains("line 200\n"));

        server.process().kill();
        Files.writeString(workspace.resolve("home/go"), "go on\n");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> stdout().stream().anyMatch(line -> line.contains("agent_complete")));
        server = server.restart();
        awaitComplete();
        done(stream.seal(1));

        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 400; i++) {
            expected.append(i == 201 ? "go on\n" : "").append("line ").append(i).append('\n');
        }
        assertThat(text()).isEqualTo(expected.toString());
        assertThat(lines()).isEqualTo(stdout());
    }

    @Test
    @EnabledIfSystemProperty(named = EXECUTABLE, matches = ".+")
    void a_copy_of_the_executable_works_elsewhere() throws Exception {
        Path target = folder.resolve("new/tools");
        assertThat(install(target)).as(log("install")).isZero();
        assertThat(target.resolve("agent-runner")).isExecutable().hasSameBinaryContentAs(Path.of(runner().getFirst()));
        assertThat(target.resolve("ca-certificates.crt")).content().contains("-----BEGIN CERTIFICATE-----");

        environment.put("SSL_CERT_FILE", target.resolve("ca-certificates.crt").toString());
        done(stream.open(1));
        start(List.of(target.resolve("agent-runner").toString()), "runner");
        awaitComplete();
        done(stream.seal(1));
        assertThat(text()).contains("# A map for a newcomer");
    }

    @Test
    @DisabledIfSystemProperty(named = EXECUTABLE, matches = ".+")
    void a_jar_refuses_to_be_installed() throws Exception {
        assertThat(install(folder.resolve("tools"))).isEqualTo(1);
        assertThat(log("install")).contains("only the native executable can be copied");
        assertThat(folder.resolve("tools")).doesNotExist();
    }

    private int install(Path target) throws Exception {
        List<String> command = new ArrayList<>(runner());
        command.addAll(List.of("install", target.toString()));
        Process install = start(command, "install");
        assertThat(install.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return install.exitValue();
    }

    /** As in a pod: the first process, a user without a name, nothing to write to but its own folders. */
    @Test
    void in_a_container_a_signal_cancels_and_the_outcome_is_written_in_place() throws Exception {
        assumeTrue(
                contained("mount -o remount,bind,ro / && setpriv --reuid 65532 --clear-groups true")
                                .waitFor()
                        == 0,
                "Namespaces can't be made here: the runner was not tried in a container's confines");
        Path writable = Files.createDirectory(folder.resolve("writable"));
        Path message = Files.writeString(folder.resolve("termination-log"), "");
        Path secret = Files.createDirectory(folder.resolve("secret"));
        Files.writeString(secret.resolve("TOKEN"), "token-12345\n");
        Files.writeString(secret.resolve("REDIS_URL"), server.url());
        Files.writeString(secret.resolve("prompt"), "What is here?");
        for (Path path : List.of(writable, folder, message)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        command("echo $TOKEN; echo $$; (sleep 300 & echo $!); sleep 300");
        List.of("PROMPT", "REDIS_URL", "PID_FILE").forEach(environment::remove);
        environment.putAll(Map.of(
                "SETTINGS_DIR", secret.toString(),
                "PROMPT_FILE", secret.resolve("prompt").toString(),
                "COMMAND_ENV", "TOKEN",
                "OUTCOME_FILE", message.toString(),
                "WORKSPACE_DIR", writable.resolve("attempt").toString()));
        done(stream.open(1));

        Process container = contained(String.join(
                " && ",
                "mount --bind /tmp /tmp",
                "mount --bind " + folder + " " + folder,
                "mount --bind " + writable + " " + writable,
                "mount --bind " + message + " " + message,
                "mount -o remount,bind,ro " + folder,
                "mount -o remount,bind,ro /",
                "exec setpriv --reuid 65532 --regid 65532 --clear-groups --no-new-privs "
                        + String.join(" ", runner())));
        await().atMost(Duration.ofSeconds(60)).until(() -> text().lines().count() == 3);
        assertThat(text()).startsWith("***\n");
        long asked = System.nanoTime();
        container.toHandle().children().forEach(ProcessHandle::destroy);
        awaitComplete();
        done(stream.seal(1));

        assertThat(container.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(4));
        assertThat(container.exitValue()).isZero();
        assertThat(FinalOutcome.decode(Files.readString(message)).outcome()).isEqualTo(Outcome.CANCELLED);
    }

    private Process contained(String line) throws IOException {
        return start(List.of("unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", line), "runner");
    }

    @Test
    void whatever_is_wrong_ends_with_an_outcome() throws Exception {
        assertThat(wrong(Map.of("REPO_URL", folder.resolve("missing").toString()))
                        .reason())
                .isEqualTo("repo_not_found");
        assertThat(wrong(Map.of("REPO_URL", "https://10.0.0.1/x/y")).reason()).isEqualTo("repo_refused");
        assertThat(wrong(Map.of("DEADLINE", "soon")).reason()).isEqualTo("bad_setting");
        assertThat(wrong(Map.of("RUN_ID", "")).detail()).contains("RUN_ID");
        assertThat(wrong(Map.of("REDIS_URL", "nonsense")).outcome()).isEqualTo(Outcome.COMPLETED);
    }

    private FinalOutcome wrong(Map<String, String> changes) throws Exception {
        Map<String, String> before = Map.copyOf(environment);
        Files.deleteIfExists(folder.resolve("pid"));
        Files.deleteIfExists(folder.resolve("outcome.json"));
        // By hand, without a number: nobody would seal it.
        environment.remove("EPOCH");
        environment.putAll(changes);
        Process runner = run();
        awaitExit(runner, Duration.ofSeconds(60));
        environment.clear();
        environment.putAll(before);
        return outcome();
    }
}
