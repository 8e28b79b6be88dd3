package dev.aideator.agent.end;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What ends an attempt early: whoever asks first is the cause. Thread-safe. */
public final class Stop {

    /** Who ended the attempt. */
    public enum Cause {
        CANCELLED,
        TIMED_OUT,
        /** A newer attempt of the same variation. */
        SUPERSEDED,
        /** The orchestrator sealed the attempt's stream while it still ran. */
        SEALED
    }

    /** How long an agent that was told to stop may take to leave things in order. */
    private static final Duration GRACE = Duration.ofSeconds(6);

    private final CompletableFuture<Cause> requested = new CompletableFuture<>();

    public void request(Cause cause) {
        requested.complete(cause);
    }

    public boolean isRequested() {
        return requested.isDone();
    }

    /**
     * Does {@code work} in a thread of its own until it ends, until someone asks to stop or until {@code deadline} has
     * passed. Work that has to stop is interrupted and has a few seconds to end.
     */
    public Ending supervise(Work work, Duration deadline) {
        CompletableFuture<Ending> worked = new CompletableFuture<>();
        Thread worker = Thread.ofPlatform().daemon().name("agent").start(() -> worked.complete(outcomeOf(work)));
        try {
            CompletableFuture.anyOf(worked, requested).get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            request(Cause.TIMED_OUT);
        } catch (InterruptedException e) {
            request(Cause.CANCELLED);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Neither of both fails", e);
        }
        if (!requested.isDone()) {
            return worked.join();
        }
        worker.interrupt();
        worked.completeOnTimeout(Ending.completed(), GRACE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return Ending.of(requested.join());
    }

    private static Ending outcomeOf(Work work) {
        try {
            work.run();
            return Ending.completed();
        } catch (Throwable e) {
            if (!(e instanceof Failure) && !(e instanceof InterruptedException)) {
                System.getLogger(Stop.class.getName()).log(System.Logger.Level.ERROR, "The agent failed", e);
            }
            return Ending.of(e);
        }
    }

    /** An agent at work. */
    public interface Work {
        void run() throws Exception;
    }
}
