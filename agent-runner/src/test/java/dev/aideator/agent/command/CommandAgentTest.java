package dev.aideator.agent.command;

import dev.aideator.agent.RecordingVoice;
import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.checkout.Clone;
import dev.aideator.agent.end.Ending;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.end.Stop;
import dev.aideator.agent.git.TestRepository;
import dev.aideator.agent.task.Task;
import dev.aideator.events.Outcome;
import dev.aideator.repository.HostPolicy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class CommandAgentTest {

    @TempDir
    Path folder;

    private final RecordingVoice voice = new RecordingVoice();
    private TestRepository repository;
    private Checkout checkout;

    @BeforeEach
    void start() throws Exception {
        repository = new TestRepository(folder.resolve("origin"));
        repository.file("hello.txt", "hello from the file").commit("first", "ada");
        checkout = Clone.of(
                new Task.Source(
                        folder.resolve("origin").toString(),
                        new HostPolicy(true, Set.of()),
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        1 << 20,
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20)),
                folder);
    }

    @AfterEach
    void stop() {
        checkout.close();
        repository.close();
    }

    @Test
    void a_program_works_in_the_checkout_and_reads_the_prompt() throws Exception {
        run("cat hello.txt; echo; cat; echo err >&2", "the prompt é👍");
        assertThat(voice.output()).isEqualTo("hello from the file\nthe prompt é👍");
        assertThat(voice.log()).isEqualTo("err\n");
    }

    @Test
    void it_sees_little_of_our_environment() throws Exception {
        run("env", "");
        assertThat(voice.output().lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactlyInAnyOrder(
                        "PATH", "LANG", "HOME", "TMPDIR", "RUN_ID", "VARIATION_ID", "HANDED_ON", "PWD");
    }

    @Test
    void what_is_no_text_becomes_text_and_a_prompt_may_stay_unread() throws Exception {
        run("printf 'a\\377b'", "x".repeat(1 << 20));
        assertThat(voice.output()).isEqualTo("a\uFFFDb");
    }

    @Test
    void its_end_is_told() {
        assertThat(failure("exit 3")).hasMessageContaining("exit code 3");
        assertThat(failure("kill -SEGV $$")).hasMessageContaining("SIGSEGV");
        assertThat(failure("no-such-program-here").hint()).contains("no such program");
        assertThat(failure("exit 3").code()).isEqualTo("exit_code");
    }

    @Test
    void what_it_leaves_in_the_background_is_ended() throws Exception {
        run("sleep 300 & echo $!; nohup sleep 300 >/dev/null 2>&1 & echo $!", "");
        voice.output()
                .lines()
                .map(Long::parseLong)
                .forEach(pid -> await().until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()));
    }

    @Test
    void output_comes_while_it_runs_and_a_cancel_ends_the_whole_group() throws Exception {
        Stop stop = new Stop();
        CompletableFuture<?> ending = CompletableFuture.supplyAsync(
                () -> stop.supervise(() -> run("echo $$; sleep 300 | sleep 300", ""), Duration.ofMinutes(1)));
        await().until(() -> voice.output().endsWith("\n"));
        ProcessHandle leader =
                ProcessHandle.of(Long.parseLong(voice.output().strip())).orElseThrow();

        stop.request(Stop.Cause.CANCELLED);

        ending.get(20, TimeUnit.SECONDS);
        assertThat(leader.isAlive()).isFalse();
    }

    @Test
    void a_program_that_ignores_the_request_to_end_is_killed() throws Exception {
        Stop stop = new Stop();
        CompletableFuture<?> ending = CompletableFuture.supplyAsync(() -> stop.supervise(
                () -> run("trap '' TERM; echo $$; while :; do sleep 1; done", ""), Duration.ofMinutes(1)));
        await().until(() -> voice.output().endsWith("\n"));
        ProcessHandle leader =
                ProcessHandle.of(Long.parseLong(voice.output().strip())).orElseThrow();

        stop.request(Stop.Cause.CANCELLED);

        ending.get(20, TimeUnit.SECONDS);
        await().until(() -> !leader.isAlive());
    }

    @Test
    void a_program_that_the_kernel_ended_for_its_memory_is_told_from_one_that_failed() throws Exception {
        Path counter = Files.writeString(folder.resolve("memory.events"), "low 0\noom 0\noom_kill 3\n");

        Failure killed = catchThrowableOfType(
                Failure.class, () -> run("printf 'oom 1\\noom_kill 4\\n' >" + counter + "; kill -KILL $$", counter));
        assertThat(Ending.of(killed).outcome()).isEqualTo(Outcome.OUT_OF_MEMORY);
        assertThat(killed.code()).isEqualTo("oom_killed");

        Failure failed = catchThrowableOfType(Failure.class, () -> run("kill -KILL $$", counter));
        assertThat(failed.code()).isEqualTo("exit_code");
        assertThat(failed).hasMessageContaining("SIGKILL");
    }

    private void run(String line, Path memoryKills) throws Exception {
        new CommandAgent(
                        new Task.Who.Command(line, Map.of()),
                        folder,
                        Map.of(),
                        new OutOfMemoryKills(List.of(folder.resolve("not-there"), memoryKills)))
                .run("", checkout, voice);
    }

    private void run(String line, String prompt) throws Exception {
        Task.Who.Command command = new Task.Who.Command(line, Map.of("HANDED_ON", "yes"));
        new CommandAgent(command, folder, Map.of("RUN_ID", "r", "VARIATION_ID", "0")).run(prompt, checkout, voice);
    }

    private Failure failure(String line) {
        return catchThrowableOfType(Failure.class, () -> run(line, ""));
    }
}
