package dev.aideator.orchestrator.job.local;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.job.AttemptLog;
import dev.aideator.orchestrator.job.JobConfig;
import dev.aideator.orchestrator.job.JobLauncher;
import dev.aideator.orchestrator.job.Observation;
import dev.aideator.orchestrator.job.RunnerEnvironment;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Capacity;
import dev.aideator.orchestrator.run.Ending;

import org.jboss.logging.Logger;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;

/**
 * Runs agents as processes of this machine. A runner leads a session of its own, with files for its output, so that it
 * outlives us; what its folder says is all that the next orchestrator needs to take it over. Replicas must share the
 * machine and the folder.
 */
@Singleton
@Typed(LocalJobLauncher.class)
public final class LocalJobLauncher implements JobLauncher {

    private static final Logger LOG = Logger.getLogger(LocalJobLauncher.class);

    /** A runner's exit code when the attempt has or had another one. */
    private static final int NOT_THE_FIRST = 75;

    /** What any program on this machine expects to find. */
    private static final List<String> SURROUNDINGS = List.of(
            "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "JAVA_HOME");

    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");

    private record Child(Process process, Instant startedAt) {}

    private final RunnerEnvironment environment;
    private final JobConfig config;
    private final Clock clock;
    /** The runners that this JVM started, and can ask for their exit code. */
    private final Map<AttemptRef, Child> children = new ConcurrentHashMap<>();

    private volatile Hints hints = attempt -> {};

    LocalJobLauncher(RunnerEnvironment environment, JobConfig config, Clock clock) {
        this.environment = environment;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public Capacity capacity() {
        return new Capacity.Slots(config.maxParallel());
    }

    @Override
    public void begin(Hints listener) {
        hints = listener;
    }

    @Override
    public void end() {
        // There is nothing to close.
    }

    @Override
    public synchronized void start(Assignment assignment) {
        AttemptRef attempt = assignment.attempt();
        if (!(observe(attempt) instanceof Observation.NotStarted)) {
            return;
        }
        AttemptFolder folder = folder(attempt);
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(runnerCommand());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.stdout().toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(folder.stderr().toFile()));
        builder.environment().clear();
        builder.environment().putAll(variables(assignment, folder));
        try {
            prepare(folder, assignment.prompt());
            Process process = builder.directory(folder.path().toFile()).start();
            children.put(attempt, new Child(process, clock.instant()));
            process.onExit().thenRun(() -> hints.changed(attempt));
            LOG.infof(
                    "runner started run=%s variation=%d attempt=%d pid=%d",
                    attempt.run(), attempt.variation().index(), attempt.epoch(), process.pid());
        } catch (IOException e) {
            throw notStartable("The agent runner could not be started: " + e.getMessage());
        }
    }

    Map<String, String> variables(Assignment assignment, AttemptFolder folder) {
        Map<String, String> variables = new TreeMap<>();
        for (String name : SURROUNDINGS) {
            String value = System.getenv(name);
            if (value != null && !value.isBlank()) {
                variables.put(name, value);
            }
        }
        variables.putAll(environment.of(assignment).all());
        variables.put("PROMPT_FILE", folder.prompt().toString());
        variables.put("WORKSPACE_DIR", folder.workspace().toString());
        variables.put("PID_FILE", folder.pid().toString());
        variables.put("OUTCOME_FILE", folder.outcome().toString());
        return variables;
    }

    private static NotStartable notStartable(String why) {
        return new NotStartable(new Ending(Outcome.START_FAILED, "runner_did_not_start", why));
    }

    private List<String> runnerCommand() {
        return config.runnerCommand()
                .map(LocalJobLauncher::words)
                .orElseThrow(() ->
                        notStartable("AIDEATOR_RUNNER_COMMAND is not set: it says how the agent runner is started."));
    }

    /** What stands in double quotes is one word: a path may have spaces. */
    static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(word -> word.group(1) != null ? word.group(1) : word.group())
                .toList();
    }

    private static void prepare(AttemptFolder folder, String prompt) throws IOException {
        Files.createDirectories(
                folder.path(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path half = folder.path().resolve("prompt.part");
        Files.writeString(half, prompt);
        Files.move(half, folder.prompt(), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public Observation observe(AttemptRef attempt) {
        Optional<PidFile.Runner> runner = pidFile(attempt).read();
        Child child = children.get(attempt);
        if (runner.isEmpty()) {
            return child == null ? new Observation.NotStarted() : observeUnborn(attempt, child);
        }
        if (child != null && child.process().pid() == runner.get().pid()) {
            return child.process().isAlive()
                    ? new Observation.Alive(runner.get().since())
                    : new Observation.Exited(OptionalInt.of(child.process().exitValue()));
        }
        if (pidFile(attempt).isHeld()) {
            return new Observation.Alive(runner.get().since());
        }
        return new RunnerSession(runner.get()).isOlderThan(Ground.since())
                ? new Observation.GroundLost()
                : new Observation.Exited(OptionalInt.empty());
    }

    private Observation observeUnborn(AttemptRef attempt, Child child) {
        boolean late = clock.instant().isAfter(child.startedAt().plus(config.startTimeout()));
        if (child.process().isAlive()) {
            if (late) {
                child.process().destroyForcibly();
            }
            return new Observation.Starting();
        }
        if (child.process().exitValue() == NOT_THE_FIRST && !late) {
            // Another runner of this attempt has the lock and is about to write its pid.
            return new Observation.Starting();
        }
        return new Observation.NeverCameUp(
                late
                        ? "It did not come up within " + config.startTimeout().toSeconds() + " s."
                        : "It ended at once, with exit code " + child.process().exitValue() + ".",
                StderrTail.lastLine(folder(attempt).stderr()));
    }

    @Override
    public Optional<Ending> vanished(AttemptRef attempt) {
        return Optional.of(
                new Ending(Outcome.LOST, "files_gone", "The agent's files are gone, and the agent with them."));
    }

    @Override
    public void terminate(AttemptRef attempt) {
        Optional<PidFile.Runner> runner = pidFile(attempt).read();
        if (runner.isPresent()) {
            new RunnerSession(runner.get()).terminate();
        } else {
            Optional.ofNullable(children.get(attempt))
                    .ifPresentOrElse(child -> child.process().destroy(), () -> bar(attempt));
        }
    }

    /** Nothing was started, as far as we know: what a predecessor of ours may have started is to turn back. */
    private void bar(AttemptRef attempt) {
        try {
            Files.createDirectories(folder(attempt).path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pidFile(attempt).bar();
    }

    @Override
    public Duration grace() {
        return config.grace();
    }

    @Override
    public void kill(AttemptRef attempt) {
        pidFile(attempt).read().ifPresent(runner -> new RunnerSession(runner).kill());
        Optional.ofNullable(children.get(attempt))
                .ifPresent(child -> child.process().destroyForcibly());
        new Strays(folder(attempt).workspace()).kill();
    }

    @Override
    public Optional<FinalOutcome> outcome(AttemptRef attempt) {
        try {
            return Optional.of(
                    FinalOutcome.decode(Files.readString(folder(attempt).outcome())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warnf("unreadable outcome attempt=%s reason=%s", attempt, e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public AttemptLog log(AttemptRef attempt) {
        return new FileLog(folder(attempt).stdout());
    }

    @Override
    public boolean tidy(AttemptRef attempt) {
        switch (observe(attempt)) {
            case Observation.Alive alive -> {
                return false;
            }
            case Observation.Starting starting -> {
                return false;
            }
            case Observation.Pending pending -> {
                return false;
            }
            case Observation.Exited exited -> kill(attempt);
            case Observation.Gone gone -> kill(attempt);
            case Observation.NotStarted none -> {}
            case Observation.NeverCameUp none -> {}
            case Observation.GroundLost lost -> {}
        }
        children.remove(attempt);
        delete(folder(attempt).workspace());
        return true;
    }

    @Override
    public void forget(AttemptRef attempt) {
        AttemptFolder folder = folder(attempt);
        delete(folder.path());
        // The folders above go with their last attempt: deleting one that is not empty fails, as it should.
        if (folder.path().getParent().toFile().delete()) {
            folder.path().getParent().getParent().toFile().delete();
        }
    }

    @Override
    public void sweep() {
        // Each attempt's folder is found by its row: there is nothing beside them.
    }

    private static void delete(Path tree) {
        try {
            new FileTree(tree).delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PidFile pidFile(AttemptRef attempt) {
        return new PidFile(folder(attempt).pid());
    }

    private AttemptFolder folder(AttemptRef attempt) {
        return AttemptFolder.of(
                config.attemptsDir().toAbsolutePath(),
                attempt.run().toString(),
                attempt.variation().index(),
                attempt.epoch());
    }
}
