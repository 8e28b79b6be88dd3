package dev.aideator.orchestrator.job;

import dev.aideator.events.EntryId;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload.AgentComplete;
import dev.aideator.orchestrator.archive.Recorder;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.run.Attempts.Standing;
import dev.aideator.orchestrator.run.CancelReason;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.Waiting;
import dev.aideator.orchestrator.stream.RedisUnavailable;
import dev.aideator.orchestrator.stream.RunStreams;

import org.jboss.logging.Logger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sees one attempt through: starts its runner, takes its events, passes on a cancel, enforces the deadline, and ends it.
 * Level-triggered: each step looks at how things stand, so a watch may begin at any moment of an attempt's life, and
 * two of them do no harm. Owned by one thread.
 */
final class AttemptWatch implements Runnable {

    private static final Logger LOG = Logger.getLogger(AttemptWatch.class);

    private static final Duration STEP = Duration.ofMillis(100);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration LONGEST_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_STARTS = Duration.ofSeconds(3);
    private static final Duration BETWEEN_KILLS = Duration.ofSeconds(3);

    private final AttemptRef attempt;
    private final JobLauncher launcher;
    private final Attempts attempts;
    private final RunStreams streams;
    private final Recorder recorder;
    private final AttemptFollower follower;
    private final JobConfig config;
    private final Failpoints failpoints;
    private final Clock clock;
    private final Supplier<Duration> longestStep;

    private final Semaphore news = new Semaphore(0);
    private volatile boolean stopped;
    /** Whether where the attempt stands has to be asked: {@link #told} may be older than what we heard. */
    private volatile boolean ask = true;

    private volatile Standing told;

    private Standing standing;
    private Observation observed;
    private boolean moved;
    private boolean seenRunning;
    private Instant startAgainAt = Instant.MIN;
    private Instant refusedSince;
    private Instant askedToEndAt;
    private Instant killAt;
    private Waiting toldWaiting;
    private boolean overdue;

    AttemptWatch(
            AttemptRef attempt,
            JobLauncher launcher,
            Attempts attempts,
            RunStreams streams,
            Recorder recorder,
            AttemptFollower follower,
            JobConfig config,
            Failpoints failpoints,
            Clock clock,
            Supplier<Duration> longestStep) {
        this.attempt = attempt;
        this.launcher = launcher;
        this.attempts = attempts;
        this.streams = streams;
        this.recorder = recorder;
        this.follower = follower;
        this.config = config;
        this.failpoints = failpoints;
        this.clock = clock;
        this.longestStep = longestStep;
    }

    /** Something may have changed: look now. */
    void nudge() {
        ask = true;
        news.release();
    }

    /** Where the attempt stands, by someone who asked for many at once; empty when it was not among them. */
    void tell(Optional<Standing> now) {
        now.ifPresentOrElse(known -> told = known, () -> ask = true);
    }

    /** Leaves the attempt to whoever watches it next. */
    void stop() {
        stopped = true;
        nudge();
    }

    @Override
    public void run() {
        Duration pause = STEP;
        Duration afterFailure = AFTER_FAILURE;
        while (!stopped) {
            try {
                if (step()) {
                    return;
                }
                pause = moved || pause.compareTo(STEP) < 0 ? STEP : shorter(pause.multipliedBy(2), longestStep.get());
                afterFailure = AFTER_FAILURE;
            } catch (RuntimeException e) {
                // With its trace once, not once a second for as long as the database is away.
                LOG.warnf(
                        afterFailure == AFTER_FAILURE ? e : null,
                        "attempt not looked after, trying again run=%s variation=%d attempt=%d reason=%s",
                        attempt.run(),
                        attempt.variation().index(),
                        attempt.epoch(),
                        e.getMessage());
                sleep(AFTER_FAILURE);
                pause = afterFailure.minus(AFTER_FAILURE);
                afterFailure = shorter(afterFailure.multipliedBy(2), LONGEST_AFTER_FAILURE);
            }
            await(pause);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void await(Duration pause) {
        try {
            if (news.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    /** Whatever news comes: it would only be asked again what can't be answered. */
    private void sleep(Duration pause) {
        Instant until = clock.instant().plus(pause);
        while (!stopped && clock.instant().isBefore(until)) {
            await(Duration.between(clock.instant(), until));
        }
    }

    /** True when there is nothing left to do. */
    private boolean step() {
        refreshStanding();
        if (standing instanceof Standing.Ended) {
            return true;
        }
        EntryId before = recorder.position();
        follower.follow();
        Observation last = observed;
        observed = launcher.observe(attempt);
        moved = !recorder.position().equals(before) || !observed.equals(last);
        boolean ended =
                switch (observed) {
                    case Observation.NotStarted none -> startOrEnd(none);
                    case Observation.Starting starting -> endWhenComplete(starting, Optional.empty());
                    case Observation.Pending pending -> waitOrEnd(pending);
                    case Observation.Alive alive -> endWhenComplete(alive, Optional.of(alive.since()));
                    case Observation.Exited exited -> end(exited);
                    case Observation.NeverCameUp failed -> end(failed);
                    case Observation.GroundLost lost -> end(lost);
                    case Observation.Gone gone -> end(gone);
                };
        recorder.flushWhenDue();
        return ended;
    }

    private void refreshStanding() {
        Standing known = told;
        told = null;
        if (ask) {
            ask = false;
            try {
                standing = attempts.standing(attempt);
            } catch (RuntimeException e) {
                ask = true;
                throw e;
            }
        } else if (known != null) {
            standing = known;
        }
    }

    private boolean startOrEnd(Observation.NotStarted none) {
        if (recorder.complete().isPresent()) {
            return end(none);
        }
        Optional<Assignment> assignment = attempts.assignment(attempt);
        if (assignment.isEmpty()) {
            return true;
        }
        boolean seen = assignment.get().seen() || recorder.position().seq() > 0;
        if (standing instanceof Standing.Cancelled) {
            // A predecessor of ours may have started it a moment ago: from now on it cannot begin.
            launcher.terminate(attempt);
            return launcher.observe(attempt) instanceof Observation.NotStarted
                    && (!seen || launcher.vanished(attempt).isPresent())
                    && end(none);
        }
        if (seen) {
            Optional<Ending> vanished = launcher.vanished(attempt);
            return vanished.isPresent() && end(new Observation.Gone(vanished.get()));
        }
        return clock.instant().isAfter(startAgainAt) && startOrGiveUp(assignment.get());
    }

    private boolean startOrGiveUp(Assignment assignment) {
        try {
            failpoints.reach(Failpoint.CLAIMED);
            launcher.start(assignment);
            return false;
        } catch (JobLauncher.NotStartable e) {
            return end(new Observation.Gone(e.ending()));
        } catch (JobLauncher.NotYetStartable e) {
            Instant now = clock.instant();
            refusedSince = refusedSince == null ? now : refusedSince;
            if (now.isAfter(refusedSince.plus(config.pendingPatience()))) {
                return end(new Observation.Gone(e.ending()));
            }
            startAgainAt = now.plus(BETWEEN_STARTS);
            attempts.observeWaiting(attempt, e.waiting());
            return false;
        }
    }

    private boolean waitOrEnd(Observation.Pending pending) {
        if (!pending.waiting().equals(toldWaiting)) {
            attempts.observeWaiting(attempt, pending.waiting());
            toldWaiting = pending.waiting();
        }
        return endWhenComplete(pending, Optional.empty());
    }

    private boolean endWhenComplete(Observation observed, Optional<Instant> since) {
        if (recorder.complete().isPresent()
                && !isCutOff(observed, recorder.complete().get())) {
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

    /**
     * A runner says that it was cancelled, and not by us: whoever ended it, such as a node that is drained, will be
     * known once its process is gone.
     */
    private boolean isCutOff(Observation observed, AgentComplete complete) {
        return observed instanceof Observation.Alive alive
                && alive.ending().isEmpty()
                && complete.outcome() == Outcome.CANCELLED
                && !overdue
                && cancelReason().isEmpty();
    }

    private void askToEnd(Instant now) {
        if (askedToEndAt == null) {
            launcher.terminate(attempt);
            askedToEndAt = now;
            killAt = now.plus(launcher.grace());
            try {
                streams.announceCancel(attempt);
            } catch (RedisUnavailable e) {
                // The signal is what counts.
            }
        } else if (now.isAfter(killAt)) {
            killAt = now.plus(BETWEEN_KILLS);
            launcher.kill(attempt);
        }
    }

    private boolean end(Observation observed) {
        failpoints.reach(Failpoint.FINISHED);
        boolean sealed = follower.finish(isGone(observed));
        failpoints.reach(Failpoint.ARCHIVED);
        Ending ending = new Verdict(
                        recorder.complete(),
                        launcher.outcome(attempt),
                        cancelReason(),
                        overdue ? Optional.of(config.deadline()) : Optional.empty(),
                        observed)
                .ending();
        attempts.end(attempt, ending, recorder.position().seq(), sealed);
        failpoints.reach(Failpoint.ENDED);
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

    private static boolean isGone(Observation observed) {
        return switch (observed) {
            case Observation.Alive alive -> false;
            case Observation.Starting starting -> false;
            case Observation.Pending pending -> false;
            case Observation.NotStarted none -> true;
            case Observation.Exited exited -> true;
            case Observation.NeverCameUp failed -> true;
            case Observation.GroundLost lost -> true;
            case Observation.Gone gone -> true;
        };
    }

    /** As it is now: the user's word may have come since the last look. */
    private Optional<CancelReason> cancelReason() {
        standing = attempts.standing(attempt);
        return standing instanceof Standing.Cancelled cancelled ? Optional.of(cancelled.reason()) : Optional.empty();
    }
}
