package dev.aideator.local;

import picocli.CommandLine.Command;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops the stack of this data folder, and whatever a stack that crashed has left behind. */
@Command(name = "down")
final class DownCommand implements Callable<Integer> {

    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);
    /** A start gives up before that. */
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(4);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = Main.settings();
        Optional<RunningStack> running = RunningStack.find(settings.home());
        if (running.isPresent()) {
            return stop(running.get().supervisor(), settings);
        }
        if (!HomeLock.exists(settings.home())) {
            System.out.println("Nothing is running.");
            return 0;
        }
        Optional<HomeLock> lock = HomeLock.tryTake(settings.home());
        if (lock.isEmpty()) {
            System.out.println("AIdeator is just being started or stopped: waiting for that.");
        }
        long deadline = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (lock.isEmpty()) {
            running = RunningStack.find(settings.home());
            if (running.isPresent()) {
                return stop(running.get().supervisor(), settings);
            }
            if (System.nanoTime() > deadline) {
                throw new Refusal("After " + STARTS_WITHIN.toMinutes() + " minutes AIdeator is still being started or"
                        + " stopped on " + settings.home() + "; see " + settings.logs() + ".");
            }
            Thread.sleep(BETWEEN_LOOKS);
            lock = HomeLock.tryTake(settings.home());
        }
        // Held meanwhile: agents of a stack that is started now are not left behind.
        try (HomeLock _ = lock.get()) {
            return endLeftOver(settings);
        }
    }

    private static int endLeftOver(Settings settings) throws InterruptedException {
        int runners = LeftOverRunners.end(settings.attempts());
        System.out.println(
                switch (runners) {
                    case 0 -> "Nothing is running.";
                    case 1 -> "No stack was running, but one agent that it had left behind; it is ended.";
                    default ->
                        "No stack was running, but " + runners + " agents that it had left behind; they are ended.";
                });
        return 0;
    }

    private int stop(ProcessHandle supervisor, Settings settings) throws InterruptedException {
        System.out.println("Stopping; live runs end as cancelled.");
        supervisor.destroy();
        try {
            supervisor.onExit().get(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            System.out.println("Stopped.");
            return 0;
        } catch (TimeoutException e) {
            // Services and databases end with their supervisor, however that ended.
            List<ProcessHandle> all = supervisor.descendants().toList();
            supervisor.destroyForcibly();
            all.forEach(process -> process.onExit()
                    .completeOnTimeout(process, 10, TimeUnit.SECONDS)
                    .join());
            LeftOverRunners.end(settings.attempts());
            System.out.println("It did not stop within " + STOPS_WITHIN.toSeconds() + " s and was killed; see "
                    + settings.logs() + ".");
            return 1;
        } catch (ExecutionException e) {
            throw new IllegalStateException("Waiting for a process does not fail", e);
        }
    }
}
