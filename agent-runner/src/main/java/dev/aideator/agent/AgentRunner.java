package dev.aideator.agent;

import dev.aideator.agent.checkout.Checkout;
import dev.aideator.agent.checkout.Clone;
import dev.aideator.agent.command.CommandAgent;
import dev.aideator.agent.end.Ending;
import dev.aideator.agent.end.OutcomeFile;
import dev.aideator.agent.end.PidFile;
import dev.aideator.agent.end.Stop;
import dev.aideator.agent.install.Installation;
import dev.aideator.agent.llm.LlmAgent;
import dev.aideator.agent.publish.Publisher;
import dev.aideator.agent.survey.SurveyAgent;
import dev.aideator.agent.task.Attempt;
import dev.aideator.agent.task.BadSetting;
import dev.aideator.agent.task.Certificates;
import dev.aideator.agent.task.Secrets;
import dev.aideator.agent.task.Settings;
import dev.aideator.agent.task.Task;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload.AgentLog.Level;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.jboss.logging.Logger;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * One attempt of one variation: clones the repository, lets an agent work on it, publishes what the agent says, and
 * always ends with an outcome. Everything that it needs to know comes from the environment, see {@link Settings}.
 */
@QuarkusMain
@ApplicationScoped
public class AgentRunner implements QuarkusApplication {

    private static final Logger LOG = Logger.getLogger(AgentRunner.class);

    /** The attempt ran before, or runs at this moment: nothing was done. */
    private static final int RAN_ALREADY = 75;
    /** Not even an outcome could be left. */
    private static final int NOBODY_TOLD = 1;

    private static final int USAGE = 64;

    private static final String BAD_SETTING = "bad_setting";

    private final Stop stop = new Stop();
    private final CountDownLatch done = new CountDownLatch(1);

    /** {@code install DIR} copies the runner; without arguments it runs an attempt. */
    @Override
    public int run(String... arguments) {
        try {
            return switch (List.of(arguments)) {
                case List<String> none when none.isEmpty() -> attempt();
                case List<String> given
                when given.size() == 2 && given.getFirst().equals("install") -> install(Path.of(given.get(1)));
                default -> {
                    LOG.error("agent-runner takes its settings from the environment, and no arguments but install DIR");
                    yield USAGE;
                }
            };
        } finally {
            done.countDown();
        }
    }

    private static int install(Path folder) {
        try {
            Installation.here().copyTo(folder);
            return 0;
        } catch (IOException e) {
            LOG.errorf("The runner could not be installed: %s", e.getMessage());
            return NOBODY_TOLD;
        }
    }

    private int attempt() {
        Settings settings = new Settings(System.getenv());
        try {
            return once(settings.withFiles());
        } catch (BadSetting e) {
            // Nobody to speak as: the outcome file and the log are all that is left.
            LOG.error(e.getMessage());
            return leave(settings, new FinalOutcome(Outcome.FAILED, BAD_SETTING, e.getMessage(), 0)) ? 0 : NOBODY_TOLD;
        } catch (Throwable e) {
            LOG.error("The attempt failed", e);
            Ending ending = Ending.of(e);
            FinalOutcome outcome = new FinalOutcome(ending.outcome(), ending.reason(), ending.detail(), 0);
            return leave(settings, outcome) ? 0 : NOBODY_TOLD;
        }
    }

    private int once(Settings settings) throws IOException {
        if (settings.pidFile().isEmpty()) {
            return attempt(settings);
        }
        Optional<PidFile> claim = PidFile.claim(settings.pidFile().get());
        if (claim.isEmpty()) {
            return RAN_ALREADY;
        }
        try (PidFile held = claim.get()) {
            return attempt(settings);
        }
    }

    private int attempt(Settings settings) {
        Attempt attempt = Attempt.of(settings);
        long maxOutputBytes = settings.maxOutputBytes();
        // Standard output is the events': whatever else prints there goes to the log.
        FileOutputStream lines = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        try (Workspace workspace = new Workspace(settings.workspace());
                Publisher publisher = Publisher.start(
                        attempt, Secrets.of(settings), maxOutputBytes, lines, stop, Clock.systemUTC())) {
            Ending ending = work(settings, attempt, workspace, publisher);
            FinalOutcome outcome = publisher.end(ending);
            boolean left = leave(settings, outcome);
            publisher.awaitSeal();
            return left ? 0 : NOBODY_TOLD;
        }
    }

    private Ending work(Settings settings, Attempt attempt, Workspace workspace, Publisher publisher) {
        try {
            Certificates.trust(settings);
            Task task = Task.of(settings, attempt);
            return stop.supervise(() -> work(task, attempt, workspace, publisher), task.deadline());
        } catch (BadSetting e) {
            return new Ending(Outcome.FAILED, BAD_SETTING, e.getMessage(), "Set it, and start the attempt again.");
        } catch (Throwable e) {
            LOG.error("The attempt failed", e);
            return Ending.of(e);
        }
    }

    private static void work(Task task, Attempt attempt, Workspace workspace, Publisher publisher) throws Exception {
        Path folder = workspace.open();
        publisher.log(Level.INFO, "Cloning " + task.source().url());
        try (Checkout checkout = Clone.of(task.source(), folder)) {
            publisher.log(Level.INFO, checkout.summary());
            publisher.log(Level.INFO, "Starting the agent " + task.agentName());
            agent(task.who(), folder, attempt).run(task.prompt(), checkout, publisher);
        }
    }

    private static Agent agent(Task.Who who, Path workspace, Attempt attempt) {
        return switch (who) {
            case Task.Who.Survey survey -> new SurveyAgent(survey.lens(), Clock.systemUTC());
            case Task.Who.Command command -> new CommandAgent(command, workspace, attempt.identity());
            case Task.Who.Llm llm -> new LlmAgent(llm);
        };
    }

    private static boolean leave(Settings settings, FinalOutcome outcome) {
        if (settings.outcomeFile().isEmpty()) {
            return true;
        }
        try {
            new OutcomeFile(settings.outcomeFile().get()).write(outcome);
            return true;
        } catch (IOException e) {
            LOG.errorf("The outcome %s could not be written: %s", outcome, e.getMessage());
            return false;
        }
    }

    /** SIGTERM is the cancel. The process ends when the attempt has; its outcome counts, not the signal. */
    void onShutdown(@Observes ShutdownEvent event) throws InterruptedException {
        boolean signalled = done.getCount() > 0;
        stop.request(Stop.Cause.CANCELLED);
        done.await();
        if (signalled) {
            Runtime.getRuntime().halt(0);
        }
    }
}
