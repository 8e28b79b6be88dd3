package dev.aideator.orchestrator.job;

import dev.aideator.events.FinalOutcome;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.AttemptRef;

import java.util.Optional;

/**
 * Where agents run. An attempt has one runner, ever: to start it again while it lives, or after it ended, changes
 * nothing.
 */
sealed interface JobLauncher permits LocalJobLauncher {

    /** As {@code GET /health} names it. */
    String name();

    /** Starts the attempt's runner; {@code onEnd} is a hint that may never come. Throws {@link NotStartable}. */
    void start(Assignment assignment, Runnable onEnd);

    Observation observe(AttemptRef attempt);

    /** Asks the runner to end, which makes it report that it was cancelled. */
    void terminate(AttemptRef attempt);

    /** Ends the runner and all that it started, at once. */
    void kill(AttemptRef attempt);

    /** What the runner left behind when it ended. */
    Optional<FinalOutcome> outcome(AttemptRef attempt);

    /** The runner's events as it wrote them to its standard output. */
    AttemptLog log(AttemptRef attempt);

    /** After the end: removes the workspace and what was left running; false while the runner lives. */
    boolean tidy(AttemptRef attempt);

    /** Removes all files of an attempt. */
    void forget(AttemptRef attempt);

    /** An attempt that cannot be started here; the message is a sentence for the user. */
    final class NotStartable extends RuntimeException {
        NotStartable(String message) {
            super(message);
        }
    }
}
