package dev.aideator.local;

import dev.aideator.servers.ChildProcess;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** One process of the stack, started again when it dies: soon at first, then less and less eagerly. */
final class Supervised implements AutoCloseable {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** Who lived this long has recovered; its next death is a new story. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);

    private final String name;
    private final Path log;
    private final Supplier<ChildProcess> start;
    private final News news;
    private final CountDownLatch closing = new CountDownLatch(1);
    private ChildProcess process;

    private Supervised(String name, Path log, Supplier<ChildProcess> start, News news) {
        this.name = name;
        this.log = log;
        this.start = start;
        this.news = news;
    }

    /** Returns a process that has not ended since; {@link #awaitReady} says when it can be used. */
    static Supervised start(String name, Path log, Supplier<ChildProcess> start, News news) {
        Supervised supervised = new Supervised(name, log, start, news);
        supervised.process = start.get();
        return supervised;
    }

    /**
     * Returns once {@code ready}, and keeps the process alive from then on. One that cannot even start is not started
     * again and again: that throws a {@link Refusal} that shows why.
     */
    void awaitReady(BooleanSupplier ready) throws InterruptedException {
        ChildProcess first = process();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!ready.getAsBoolean()) {
            if (!first.isAlive()) {
                throw new Refusal(name + " ended while it started. The end of " + log + ":\n" + LogFile.tail(log));
            }
            if (System.nanoTime() > deadline) {
                throw new Refusal(name + " did not become ready within " + READY_WITHIN.toSeconds() + " s. The end of "
                        + log + ":\n" + LogFile.tail(log));
            }
            Thread.sleep(BETWEEN_PROBES);
        }
        Thread.ofVirtual().name("keeper of " + name).start(this::keepAlive);
    }

    private void keepAlive() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                long since = System.nanoTime();
                int code = process().onExit().join();
                if (System.nanoTime() - since > SETTLED.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                if (isClosing()) {
                    return;
                }
                news.say("%s ended (exit code %d) and is started again in %.1f s; see %s"
                        .formatted(name, code, pause.toMillis() / 1000.0, log));
                if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                startAgain();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void startAgain() {
        if (isClosing()) {
            return;
        }
        try {
            process = start.get();
        } catch (RuntimeException e) {
            news.say(e.getMessage());
        }
    }

    private synchronized ChildProcess process() {
        return process;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    boolean isAlive() {
        return process().isAlive();
    }

    /** Asks it to end, waits, and kills it when it does not. */
    @Override
    public void close() {
        closing.countDown();
        process().close();
    }

    /** Ends it at once, with all that it started. */
    void kill() {
        closing.countDown();
        process().kill();
    }
}
