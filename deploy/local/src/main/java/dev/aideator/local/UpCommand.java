package dev.aideator.local;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Starts the stack, and stays until it is told to stop. */
@Command(name = "up")
final class UpCommand implements Callable<Integer> {

    /** As a shell tells it of a program that a Ctrl-C ended. */
    private static final int INTERRUPTED = 130;

    @Option(names = "--open")
    private boolean open;

    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private volatile Stack stack;

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = Main.settings();
        News news = new News(System.out, settings.logs().resolve("stack.log"), Clock.systemUTC());
        Optional<HomeLock> lock = HomeLock.tryTake(settings.home());
        if (lock.isEmpty()) {
            return alreadyRunning(settings);
        }
        StopSignals.handle(stopAtFirst(Thread.currentThread(), news), this::hurry);
        try {
            stack = Stack.start(settings, lock.get(), news, new SecureRandom());
        } catch (InterruptedException e) {
            news.say("Stopped before everything was up.");
            return INTERRUPTED;
        }
        news.say(summary(settings, stack.running()));
        if (open) {
            browse(settings.orchestrator(), news);
        }
        stopRequested.await();
        stack.close();
        news.say("Stopped.");
        return 0;
    }

    private Integer alreadyRunning(Settings settings) {
        Optional<RunningStack> other = RunningStack.find(settings.home());
        if (other.isEmpty()) {
            throw new Refusal("AIdeator is just being started or stopped on " + settings.home()
                    + "; try again in a few seconds.");
        }
        System.out.printf(
                "AIdeator is running already (process %d): %s%nStop it with ./aideator down.%n",
                other.get().supervisor().pid(), other.get().orchestrator());
        if (open) {
            browse(
                    other.get().orchestrator(),
                    new News(System.out, settings.logs().resolve("stack.log"), Clock.systemUTC()));
        }
        return 0;
    }

    private Runnable stopAtFirst(Thread starter, News news) {
        return () -> {
            stopRequested.countDown();
            if (stack == null) {
                starter.interrupt();
            } else {
                news.say("Stopping; live runs end as cancelled. Press Ctrl-C again to stop at once.");
            }
        };
    }

    private void hurry() {
        if (stack != null) {
            stack.hurry();
        }
    }

    private static String summary(Settings settings, RunningStack running) {
        return """

                AIdeator is running.

                  Dashboard    %1$s%7$s
                  API          %1$s/api/v1   (described at %1$s/q/swagger-ui)
                  Streams      %2$s/api/v1/runs/{id}/stream/redis
                  Redis        %3$s
                  PostgreSQL   %4$s
                  Data         %5$s
                  Logs         %6$s

                Stop it with Ctrl-C, or with ./aideator down from elsewhere.
                """.formatted(
                        running.orchestrator(),
                        running.gateway(),
                        withoutPassword(running.redisUrl()),
                        withoutPassword(running.databaseUrl()),
                        settings.home(),
                        settings.logs(),
                        running.apiToken().isPresent() ? "   (asks once for the value of AIDEATOR_API_TOKEN)" : "");
    }

    private static String withoutPassword(String url) {
        // There may be several Redis addresses, and schemes only before the first.
        return url.replaceAll("((?://|,)[^:/@,]*):[^@/]*@", "$1:…@");
    }

    private static void browse(URI page, News news) {
        String opener = System.getProperty("os.name").startsWith("Mac") ? "open" : "xdg-open";
        try {
            new ProcessBuilder(List.of(opener, page.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            news.say("No browser could be opened (" + opener + " is missing): open " + page + " yourself.");
        }
    }
}
