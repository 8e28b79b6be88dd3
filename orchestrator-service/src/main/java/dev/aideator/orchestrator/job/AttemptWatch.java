package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.archive.Recorder;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.run.Attempts.Standing;
import dev.aideator.orchestrator.run.CancelReason;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.stream.RedisUnavailable;
import dev.aideator.orchestrator.stream.RunStreams;

import org.jboss.logging.Logger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sees one attempt through: starts its runner, takes its events, passes on a cancel, enforces the deadline, and ends it.
 * Level-triggered: each step looks at how things stand, so a watch may begin at any moment of an attempt's life, and
 * two of them do no harm. Owned by one thread.
 */
final class AttemptWatch implements Runnable {

    private static final Logger LOG = Logger.getLogger(AttemptWatch.class);

    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration STANDING_AGE = Duration.ofSeconds(1);

    private final AttemptRef attempt;
    private final JobLauncher launcher;
    private final Attempts attempts;
    private final RunStreams streams;
    private final Recorder recorder;
    private final AttemptFollower follower;
    private final JobConfig config;
    private final Clock clock;

    private final Semaphore news = new Semaphore(0);
    private volatile boolean stopped;

    private Standing standing;
    private Instant standingSince = Instant.MIN;
    private boolean seenRunning;
    private Instant askedToEndAt;
    private boolean overdue;

    AttemptWatch(
            AttemptRef attempt,
            JobLauncher launcher,
            Attempts attempts,
            RunStreams streams,
            Recorder recorder,
            AttemptFollower follower,
            JobConfig config,
            Clock clock) {
        this.attempt = attempt;
        this.launcher = launcher;
        this.attempts = attempts;
        this.streams = streams;
        this.recorder = recorder;
        this.follower = follower;
        this.config = config;
        this.clock = clock;
    }

    /** Something may have changed: look now. */
    void nudge() {
        news.release();
    }

    /** Leaves the attempt to whoever watches it next. */
    void stop() {
        stopped = true;
        nudge();
    }

    @Override
    public void run() {
        Duration pause = STEP;
        while (!stopped) {
            try {
                if (step()) {
                    return;
                }
                pause = STEP;
            } catch (RuntimeException e) {
                // With its trace once, not once a second for as long as the database is away.
                LOG.warnf(
                        pause == STEP ? e : null,
                        "attempt not looked after, trying again run=%s variation=%d attempt=%d reason=%s",
                        attempt.run(),
                        attempt.variation().index(),
                        attempt.epoch(),
                        e.getMessage());
                pause = AFTER_FAILURE;
            }
            await(pause);
        }
    }

    private void await(Duration pause) {
        try {
            if (news.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
                standingSince = Instant.MIN;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    /** True when there is nothing left to do. */
    private boolean step() {
        refreshStanding();
        if (standing instanceof Standing.Ended) {
            return true;
        }
        follower.follow();
        Observation observed = launcher.observe(attempt);
        boolean ended =
                switch (observed) {
                    case Observation.NotStarted none -> startOrEnd(none);
                    case Observation.Starting starting -> endWhenComplete(starting, Optional.empty());
                    case Observation.Alive alive -> endWhenComplete(alive, Optional.of(alive.since()));
                    case Observation.Exited exited -> end(exited);
                    case Observation.NeverCameUp failed -> end(failed);
                    case Observation.GroundLost lost -> end(lost);
                };
        recorder.flushWhenDue();
        return ended;
    }

    private void refreshStanding() {
        Instant now = clock.instant();
        if (!now.isBefore(standingSince.plus(standing == null ? Duration.ZERO : STANDING_AGE))) {
            standing = attempts.standing(attempt);
            standingSince = now;
        }
    }

    private boolean startOrEnd(Observation.NotStarted none) {
        if (recorder.complete().isPresent()) {
            return end(none);
        }
        if (standing instanceof Standing.Cancelled) {
            // A predecessor of ours may have started it a moment ago: from now on it cannot begin.
            launcher.terminate(attempt);
            return !(launcher.observe(attempt) instanceof Observation.Alive) && end(none);
        }
        Optional<Assignment> assignment = attempts.assignment(attempt);
        if (assignment.isEmpty()) {
            return true;
        }
        if (assignment.get().seen() || recorder.position().seq() > 0) {
            return end(none);
        }
        try {
            launcher.start(assignment.get(), this::nudge);
            return false;
        } catch (JobLauncher.NotStartable e) {
            return end(new Observation.NeverCameUp(e.getMessage(), ""));
        }
    }

    private boolean endWhenComplete(Observation observed, Optional<Instant> since) {
        if (recorder.complete().isPresent()) {
            return end(observed);
        }
        if (!seenRunning && (since.isPresent() || recorder.position().seq() > 0)) {
            attempts.observeRunning(attempt);
            seenRunning = true;
        }
        Instant now = clock.instant();
        overdue = since.isPresent()
                && now.isAfter(since.get().plus(config.deadline()).plus(config.overtime()));
        if (overdue || standing instanceof Standing.Cancelled) {
            askToEnd(now);
        }
        return false;
    }

    private void askToEnd(Instant now) {
        if (askedToEndAt == null) {
            askedToEndAt = now;
            launcher.terminate(attempt);
            try {
                streams.announceCancel(attempt);
            } catch (RedisUnavailable e) {
                // The signal is what counts.
            }
        } else if (now.isAfter(askedToEndAt.plus(config.grace()))) {
            launcher.kill(attempt);
        }
    }

    private boolean end(Observation observed) {
        boolean gone = !(observed instanceof Observation.Alive || observed instanceof Observation.Starting);
        boolean sealed = follower.finish(gone);
        Ending ending = new Verdict(
                        recorder.complete(),
                        launcher.outcome(attempt),
                        cancelReason(),
                        overdue ? Optional.of(config.deadline()) : Optional.empty(),
                        observed)
                .ending();
        attempts.end(attempt, ending, recorder.position().seq(), sealed);
        LOG.infof(
                "attempt ended run=%s variation=%d attempt=%d outcome=%s reason=%s events=%d sealed=%s",
                attempt.run(),
                attempt.variation().index(),
                attempt.epoch(),
                ending.outcome().wireName(),
                ending.reason(),
                recorder.position().seq(),
                sealed);
        return true;
    }

    /** As it is now: the user's word may have come since the last look. */
    private Optional<CancelReason> cancelReason() {
        standing = attempts.standing(attempt);
        return standing instanceof Standing.Cancelled cancelled ? Optional.of(cancelled.reason()) : Optional.empty();
    }
}
