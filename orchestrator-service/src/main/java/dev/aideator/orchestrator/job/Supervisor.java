package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.Recorder;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.run.Attempts.Standing;
import dev.aideator.orchestrator.run.RunCapacity;
import dev.aideator.orchestrator.run.RunChanged;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.Runs;
import dev.aideator.orchestrator.stream.OutboxPublisher;
import dev.aideator.orchestrator.stream.ProducerStream;
import dev.aideator.orchestrator.stream.RedisUnavailable;
import dev.aideator.orchestrator.stream.RunStreams;
import dev.aideator.orchestrator.stream.Trimming;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;

/**
 * Makes what runs should be into what is: hands out slots, sees that each live attempt is watched, and carries on what
 * a crash or an outage left undone. Changes are told to it as hints; the sweep finds all of it without them.
 */
@ApplicationScoped
public class Supervisor {

    private static final Logger LOG = Logger.getLogger(Supervisor.class);

    private static final Duration STOP = Duration.ofSeconds(5);
    private static final Duration LONGEST_STEP = Duration.ofMillis(400);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final Runs runs;
    private final Attempts attempts;
    private final Archive archive;
    private final RunStreams streams;
    private final OutboxPublisher outbox;
    private final Seals seals;
    private final JobLauncher launcher;
    private final RunCapacity capacity;
    private final JobConfig config;
    private final Failpoints failpoints;
    private final Clock clock;
    private final MeterRegistry meters;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<AttemptRef, AttemptWatch> watches = new ConcurrentHashMap<>();
    private final SweepGate sweeps = new SweepGate();
    private final Tidying tidying;
    private final CountDownLatch halt = new CountDownLatch(1);
    private volatile boolean stopping;

    Supervisor(
            Runs runs,
            Attempts attempts,
            Archive archive,
            RunStreams streams,
            OutboxPublisher outbox,
            Seals seals,
            JobLauncher launcher,
            RunCapacity capacity,
            JobConfig config,
            Failpoints failpoints,
            Clock clock,
            MeterRegistry meters) {
        this.runs = runs;
        this.attempts = attempts;
        this.archive = archive;
        this.streams = streams;
        this.outbox = outbox;
        this.seals = seals;
        this.launcher = launcher;
        this.capacity = capacity;
        this.config = config;
        this.failpoints = failpoints;
        this.clock = clock;
        this.meters = meters;
        this.tidying = new Tidying(
                attempts::withWorkspace,
                ended -> orLater("tidy", () -> tidy(ended)),
                lingering -> orLater("kill", () -> launcher.kill(lingering)),
                config.grace(),
                clock);
    }

    void onStart(@Observes StartupEvent event) {
        launcher.begin(this::hear);
        threads.execute(this::compareWithTheLauncher);
    }

    /** The launcher saw something: of an attempt that is watched, or of one that has ended and waits to be tidied. */
    private void hear(AttemptRef attempt) {
        AttemptWatch watch = watches.get(attempt);
        if (watch != null) {
            watch.nudge();
        } else {
            tidySoon();
        }
    }

    private void tidySoon() {
        try {
            threads.execute(() -> orLater("tidy", () -> {
                tidy();
                fillSlots();
            }));
        } catch (RejectedExecutionException e) {
            // We are stopping.
        }
    }

    /** The full comparison of what the launcher has with the rows, at once and then every so often. */
    private void compareWithTheLauncher() {
        boolean done = false;
        try {
            while (!halt.await((done ? config.compareEvery() : BETWEEN_TRIES).toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    compared("launcher").record(launcher::sweep);
                    orLater("fill slots", this::fillSlots);
                    done = true;
                } catch (RuntimeException e) {
                    LOG.warnf("what runs could not be compared with what should reason=%s", e.getMessage());
                    done = false;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void onChange(@Observes(during = TransactionPhase.AFTER_SUCCESS) RunChanged change) {
        try {
            threads.execute(() -> attend(change.run()));
        } catch (RejectedExecutionException e) {
            // We are stopping: the next sweep, of whoever makes it, finds the change.
        }
    }

    /** Agents go on without us; whoever comes next takes them over. */
    void onStop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        halt.countDown();
        watches.values().forEach(AttemptWatch::stop);
        threads.shutdown();
        boolean stopped = threads.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS) && sweeps.close(STOP);
        if (!stopped) {
            LOG.warn("stopping while something is still being done; the next start finds it");
        }
        launcher.end();
    }

    private void attend(RunId run) {
        orLater("publish", () -> outbox.publish(run));
        watches.forEach((attempt, watch) -> {
            if (attempt.run().equals(run)) {
                watch.nudge();
            }
        });
        orLater("fill slots", this::fillSlots);
    }

    /** Compares all that should be with all that is. Harmless at any moment, also beside another replica's. */
    @Scheduled(every = "{aideator.job.sweep-every}", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    public void sweep() {
        sweeps.pass(() -> compared("rows").record(this::compareAll));
    }

    /** How long a full comparison took: {@code with} what the launcher has, or what follows from the rows alone. */
    private Timer compared(String with) {
        return Timer.builder("orchestrator.comparison")
                .description("Comparisons of all that should be with all that is")
                .tag("with", with)
                .register(meters);
    }

    private void compareAll() {
        orLater("watch", this::watchAll);
        orLater("fill slots", this::fillSlots);
        orLater("seal", seals::catchUp);
        orLater("publish", outbox::sweep);
        orLater("tidy", this::tidy);
        orLater("remove old files", this::removeOldFiles);
        orLater("purge keys", runs::purgeKeys);
    }

    /** One thing that fails must not keep the others from being done. */
    private void orLater(String what, Runnable step) {
        if (stopping) {
            return;
        }
        try {
            step.run();
        } catch (RedisUnavailable e) {
            LOG.debugf("left for later: %s reason=%s", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "left for later: %s", what);
        }
    }

    private void fillSlots() {
        while (!stopping && !runs.isClosed()) {
            List<AttemptRef> claimed = attempts.claim(capacity.now());
            if (claimed.isEmpty()) {
                return;
            }
            claimed.forEach(this::watch);
        }
    }

    /** Also tells each watch what became of its attempt: one question for all instead of one each. */
    private void watchAll() {
        Map<AttemptRef, Standing> live = attempts.live();
        live.keySet().forEach(this::watch);
        watches.forEach((attempt, watch) -> watch.tell(Optional.ofNullable(live.get(attempt))));
    }

    private void watch(AttemptRef attempt) {
        if (!stopping) {
            watches.computeIfAbsent(attempt, this::begin);
        }
    }

    private AttemptWatch begin(AttemptRef attempt) {
        Recorder recorder = new Recorder(archive, attempt, clock);
        ProducerStream stream = streams.of(attempt.run(), attempt.variation().producer());
        Trimming trimming = new Trimming(config.keptInRedis());
        AttemptFollower follower =
                new AttemptFollower(attempt, stream, recorder, trimming, launcher, seals, failpoints, clock);
        AttemptWatch watch = new AttemptWatch(
                attempt, launcher, attempts, streams, recorder, follower, config, failpoints, clock, this::longestStep);
        threads.execute(() -> {
            try {
                watch.run();
            } finally {
                watches.remove(attempt);
            }
            // A lost attempt's successor has its slot already; else there is a free one.
            orLater("watch", () -> attempts.successor(attempt).ifPresent(this::watch));
            orLater("fill slots", this::fillSlots);
        });
        return watch;
    }

    /** All watches together look at most a thousand times a second while nothing happens. */
    private Duration longestStep() {
        Duration fair = Duration.ofMillis(watches.size());
        return fair.compareTo(LONGEST_STEP) < 0 ? LONGEST_STEP : fair;
    }

    /** Removes what ended attempts left behind. */
    void tidy() {
        if (tidying.pass() == Tidying.Pass.DONE_AND_ASKED_FOR) {
            tidySoon();
        }
    }

    private void tidy(AttemptRef ended) {
        if (launcher.tidy(ended)) {
            attempts.workspaceGone(ended);
        }
    }

    private void removeOldFiles() {
        for (AttemptRef old : attempts.withOldFiles(config.keepFiles())) {
            orLater("remove old files", () -> {
                launcher.forget(old);
                attempts.filesGone(old);
            });
        }
    }

    /** As {@code GET /health} names where agents run. */
    public String launcherName() {
        return launcher.name();
    }
}
