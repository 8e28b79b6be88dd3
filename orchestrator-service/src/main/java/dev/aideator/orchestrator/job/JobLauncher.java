package dev.aideator.orchestrator.job;

import dev.aideator.events.FinalOutcome;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Capacity;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.Waiting;

import java.time.Duration;
import java.util.Optional;

/**
 * Where agents run. An attempt has one runner, ever: to start it again while it lives, or after it ended, changes
 * nothing. What can't be done at this moment throws, and is tried again.
 */
public interface JobLauncher {

    /** As {@code GET /health} names it. */
    String name();

    /** How many attempts there is room for; from what is known, without asking anyone. */
    Capacity capacity();

    /** Called once before anything else; {@code hints} hears of changes that the launcher sees before it is asked. */
    void begin(Hints hints);

    /** What runs goes on; nothing is asked any more. */
    void end();

    /** Starts the attempt's runner. Throws {@link NotStartable} or {@link NotYetStartable}. */
    void start(Assignment assignment);

    Observation observe(AttemptRef attempt);

    /**
     * How an attempt ended that was started once and of which {@link #observe} sees nothing. Empty when something is
     * left of it after all.
     */
    Optional<Ending> vanished(AttemptRef attempt);

    /** Asks the runner to end, which makes it report that it was cancelled. */
    void terminate(AttemptRef attempt);

    /** How long a runner that was asked to end may take before it is killed. */
    Duration grace();

    /** Ends the runner and all that it started, at once. */
    void kill(AttemptRef attempt);

    /** What the runner left behind when it ended. */
    Optional<FinalOutcome> outcome(AttemptRef attempt);

    /** The runner's events as it wrote them to its standard output, from the first. */
    AttemptLog log(AttemptRef attempt);

    /** After the end: removes what the attempt worked in and what was left running; false while the runner lives. */
    boolean tidy(AttemptRef attempt);

    /** Removes all that is left of an attempt. */
    void forget(AttemptRef attempt);

    /** Compares all that is there with what should be, and removes what nobody needs. */
    void sweep();

    /** Something about an attempt may have changed. A hint may come late, twice or never. */
    interface Hints {
        void changed(AttemptRef attempt);
    }

    /** An attempt that cannot be started here, ever. */
    final class NotStartable extends RuntimeException {
        private final transient Ending ending;

        public NotStartable(Ending ending) {
            super(ending.detail());
            this.ending = ending;
        }

        public Ending ending() {
            return ending;
        }
    }

    /** An attempt that may be started a little later; {@code ending} is how it ends when that never comes. */
    final class NotYetStartable extends RuntimeException {
        private final transient Waiting waiting;
        private final transient Ending ending;

        public NotYetStartable(Waiting waiting, Ending ending) {
            super(waiting.detail());
            this.waiting = waiting;
            this.ending = ending;
        }

        public Waiting waiting() {
            return waiting;
        }

        public Ending ending() {
            return ending;
        }
    }
}
