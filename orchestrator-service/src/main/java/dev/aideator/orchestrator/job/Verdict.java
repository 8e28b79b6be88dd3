package dev.aideator.orchestrator.job;

import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload.AgentComplete;
import dev.aideator.orchestrator.run.CancelReason;
import dev.aideator.orchestrator.run.Ending;

import java.time.Duration;
import java.util.Optional;

/** How an attempt ended, by all that is known of it. */
record Verdict(
        Optional<AgentComplete> complete,
        Optional<FinalOutcome> left,
        Optional<CancelReason> cancel,
        Optional<Duration> overdue,
        Observation observed) {

    /** Signals that end a program, as exit codes tell them. */
    private static final int SIGNALLED = 128;

    private static final int KILLED = SIGNALLED + 9;

    /** The agent's own last word; else what its runner left behind; else what was done to it; else what was seen. */
    Ending ending() {
        if (complete.isPresent()) {
            return told(
                    complete.get().outcome(),
                    complete.get().reason(),
                    complete.get().detail());
        }
        if (left.isPresent()) {
            return told(left.get().outcome(), left.get().reason(), left.get().detail());
        }
        return overdue.map(Verdict::timedOut)
                .or(() -> cancel.map(CancelReason::ending))
                .orElseGet(this::seen);
    }

    /** A runner knows that it was asked to end, and not by whom. */
    private Ending told(Outcome outcome, String reason, String detail) {
        return outcome == Outcome.CANCELLED
                ? cancel.map(CancelReason::ending)
                        .or(() -> overdue.map(Verdict::timedOut))
                        .or(this::endedByOthers)
                        .orElse(new Ending(outcome, reason, detail))
                : new Ending(outcome, reason, detail);
    }

    /** A runner whose ground is taken away hears the same signal as one that is cancelled. */
    private Optional<Ending> endedByOthers() {
        return switch (observed) {
            case Observation.Alive alive -> alive.ending();
            case Observation.Gone gone -> Optional.of(gone.ending());
            case Observation.NotStarted none -> Optional.empty();
            case Observation.Starting starting -> Optional.empty();
            case Observation.Pending pending -> Optional.empty();
            case Observation.Exited exited -> Optional.empty();
            case Observation.NeverCameUp failed -> Optional.empty();
            case Observation.GroundLost lost -> Optional.empty();
        };
    }

    private static Ending timedOut(Duration deadline) {
        return new Ending(
                Outcome.TIMED_OUT,
                "deadline_exceeded",
                "The agent was ended: it had not stopped at its deadline of " + deadline.toMinutes() + " minutes.");
    }

    private Ending seen() {
        return switch (observed) {
            case Observation.Gone gone -> gone.ending();
            case Observation.GroundLost lost ->
                new Ending(
                        Outcome.LOST,
                        "host_restarted",
                        "The machine that the agent ran on was restarted while it worked.");
            case Observation.NeverCameUp failed ->
                new Ending(Outcome.START_FAILED, "runner_did_not_start", sentences(failed.why(), failed.log()));
            case Observation.Exited exited -> crashed(exited);
            case Observation.Alive alive -> throw stillThere();
            case Observation.Starting starting -> throw stillThere();
            case Observation.Pending pending -> throw stillThere();
            case Observation.NotStarted none -> throw stillThere();
        };
    }

    private static Ending crashed(Observation.Exited exited) {
        if (exited.exitCode().isEmpty()) {
            return new Ending(
                    Outcome.AGENT_CRASHED,
                    "runner_vanished",
                    "The agent's process ended without saying why, while nobody watched it.");
        }
        int code = exited.exitCode().getAsInt();
        if (code > SIGNALLED && code < SIGNALLED + 65) {
            String killer = code == KILLED ? " Someone killed it, or the machine was out of memory." : "";
            return new Ending(
                    Outcome.AGENT_CRASHED,
                    "signal_" + (code - SIGNALLED),
                    "The agent's process was ended by signal " + (code - SIGNALLED) + "." + killer);
        }
        return new Ending(
                Outcome.AGENT_CRASHED,
                "exit_" + code,
                "The agent's process ended with exit code " + code + " and without an outcome.");
    }

    private static String sentences(String why, String log) {
        return log.isEmpty() ? why : why + " It said: " + log;
    }

    private static IllegalStateException stillThere() {
        return new IllegalStateException("No verdict on a runner that lives, or may yet, and has not finished");
    }
}
