package dev.aideator.agent.publish;

import dev.aideator.agent.end.Stop;
import dev.aideator.agent.task.Attempt;
import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.StreamAnswer;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import org.jboss.logging.Logger;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings numbered events to Redis, in order and once each, whatever happens to Redis meanwhile. One thread of its own
 * talks to Redis; whoever speaks only fills the buffer that the thread reads. Where the stream stands is asked of the
 * stream itself, on every connect and every two seconds, so that a Redis that lost its tail gets it again.
 */
final class RedisFeed implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RedisFeed.class);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);
    private static final Duration BETWEEN_QUESTIONS_AT_THE_END = Duration.ofMillis(100);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(2);

    private static final long BUFFER_BYTES = 8L << 20;
    /** A Redis that takes events slower than an agent speaks slows the agent down, rather than lose any. */
    private static final long BACKLOG_BYTES = 4L << 20;

    private static final int BATCH_EVENTS = 256;
    private static final long BATCH_BYTES = 1L << 20;

    private final Attempt attempt;
    private final Stop stop;
    private final Clock clock;
    private final Vertx vertx;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All below are guarded by the lock.
    private final ResendBuffer buffer;
    /** Known from the start, or once Redis opened the next attempt. */
    private long epoch;
    /** The next seq to send: the stream has all below it. */
    private long next = 1;

    private boolean accepting;
    private boolean ending;
    private boolean over;

    RedisFeed(Attempt attempt, Stop stop, Clock clock) {
        this(attempt, stop, clock, BUFFER_BYTES);
    }

    RedisFeed(Attempt attempt, Stop stop, Clock clock, long bufferBytes) {
        this.attempt = attempt;
        this.stop = stop;
        this.clock = clock;
        this.buffer = new ResendBuffer(bufferBytes);
        this.epoch = attempt.epoch().orElse(0L);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.thread = Thread.ofPlatform().daemon().name("redis-feed").start(this::feed);
    }

    /** Takes an event for Redis. Waits only while Redis takes events and is far behind. */
    void offer(Numbered event) {
        lock.lock();
        try {
            while (accepting && !over && buffer.weightFrom(next) > BACKLOG_BYTES) {
                changed.awaitUninterruptibly();
            }
            buffer.add(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The attempt's number: as it was given, or what Redis makes of it for a runner that was started by hand. When Redis
     * can't be asked within {@code patience}, 1.
     */
    long epoch(Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (epoch == 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            if (epoch == 0) {
                epoch = 1;
            }
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    /**
     * After the last event: returns when the orchestrator sealed the stream, when nobody will because nobody but us
     * opened it and all is sent, or when {@code patience} is used up. Returns whether Redis has every event.
     */
    boolean awaitSeal(Duration patience) {
        lock.lock();
        try {
            ending = true;
            changed.signalAll();
            long left = patience.toNanos();
            while (!over && left > 0 && !(attempt.epoch().isEmpty() && isAllSent())) {
                left = changed.awaitNanos(left);
            }
            return isAllSent();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return isAllSent();
        } finally {
            lock.unlock();
        }
    }

    private boolean isAllSent() {
        return next > buffer.last();
    }

    private void feed() {
        try {
            Duration backOff = FIRST_BACK_OFF;
            boolean reported = false;
            while (!isOver()) {
                try (Link link = Link.open(vertx, attempt.redis().orElseThrow(), attempt.run(), attempt.variation())) {
                    learnEpoch(link);
                    heed(link.last());
                    if (reported) {
                        LOG.info("Redis is there again");
                        reported = false;
                    }
                    backOff = FIRST_BACK_OFF;
                    follow(link);
                } catch (RuntimeException e) {
                    if (!reported) {
                        LOG.warnf("Redis is away; events go to standard output and wait here: %s", e.getMessage());
                        reported = true;
                    }
                    accept(false);
                    TimeUnit.NANOSECONDS.sleep(backOff.toNanos());
                    backOff = longer(backOff);
                }
            }
        } catch (InterruptedException e) {
            // Closed: whoever closes has no more use for Redis.
        }
    }

    /** Whoever started us by hand gave no number: the stream gives the next one. */
    private void learnEpoch(Link link) throws InterruptedException {
        if (currentEpoch() == 0) {
            long opened = link.openNext().last().epoch();
            lock.lock();
            try {
                // Redis may answer after it was given up on: then the events have the number 1 already.
                if (epoch == 0) {
                    epoch = opened;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void follow(Link link) throws InterruptedException {
        long asked = System.nanoTime();
        while (!isOver()) {
            Work work = work(asked);
            switch (work) {
                case Work.Nothing nothing -> {}
                case Work.Ask ask -> {
                    heed(link.last());
                    asked = System.nanoTime();
                }
                case Work.Send send -> heed(link, link.append(currentEpoch(), send.events()));
                case Work.Fill fill ->
                    heed(link, link.appendGap(currentEpoch(), fill.from(), gap(fill.from(), fill.to())));
            }
        }
    }

    /** What is to be done now. */
    private sealed interface Work {
        record Nothing() implements Work {}

        record Ask() implements Work {}

        record Send(List<Numbered> events) implements Work {}

        /** The buffer has these events no more. */
        record Fill(long from, long to) implements Work {}
    }

    private Work work(long asked) throws InterruptedException {
        lock.lock();
        try {
            Duration every = ending ? BETWEEN_QUESTIONS_AT_THE_END : BETWEEN_QUESTIONS;
            long left = asked + every.toNanos() - System.nanoTime();
            if (isAllSent()) {
                if (left <= 0) {
                    return new Work.Ask();
                }
                changed.awaitNanos(left);
                return new Work.Nothing();
            }
            if (next < buffer.first()) {
                return new Work.Fill(next, buffer.first() - 1);
            }
            return new Work.Send(buffer.from(next, BATCH_EVENTS, BATCH_BYTES));
        } finally {
            lock.unlock();
        }
    }

    private Numbered gap(long from, long to) {
        Event gap = new Event(
                attempt.run().runId(),
                attempt.variation(),
                new EntryId(currentEpoch(), to),
                clock.instant(),
                new Payload.Gap(from, to));
        return new Numbered(to, attempt.run().channel(gap), EventJson.encode(gap));
    }

    private void heed(Link link, StreamAnswer answer) throws InterruptedException {
        switch (answer) {
            case StreamAnswer.Added(EntryId last) -> advance(last);
            case StreamAnswer.Acknowledged(EntryId last) -> advance(last);
            case StreamAnswer.Hole(EntryId last) -> advance(last);
            case StreamAnswer.NotOpen(EntryId last) -> awaitOpening(link);
            case StreamAnswer.Fenced(EntryId last) -> end(Stop.Cause.SUPERSEDED);
            case StreamAnswer.Sealed(EntryId last) -> end(Stop.Cause.SEALED);
        }
    }

    /** Where the stream stands, when nothing was sent. */
    private void heed(EntryId last) {
        long ours = currentEpoch();
        if (last.epoch() > ours) {
            end(Stop.Cause.SUPERSEDED);
        } else if (last.epoch() == ours && last.isSeal()) {
            end(Stop.Cause.SEALED);
        } else if (last.epoch() == ours) {
            advance(last);
        } else {
            // Nobody opened our attempt yet, or Redis lost it: all that we have is to be offered again.
            accept(false);
            rewind();
        }
    }

    private void awaitOpening(Link link) throws InterruptedException {
        accept(false);
        if (attempt.epoch().isEmpty()) {
            link.open(currentEpoch());
        } else {
            TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
        }
        heed(link.last());
    }

    private void advance(EntryId last) {
        lock.lock();
        try {
            // The orchestrator may have brought events from the log that we have not sent: never past our own last.
            next = Math.min(last.seq(), buffer.last()) + 1;
            accepting = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void rewind() {
        lock.lock();
        try {
            next = 1;
        } finally {
            lock.unlock();
        }
    }

    private void end(Stop.Cause cause) {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        stop.request(cause);
    }

    private void accept(boolean accepts) {
        lock.lock();
        try {
            accepting = accepts;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Duration longer(Duration backOff) {
        Duration twice = backOff.multipliedBy(2);
        return twice.compareTo(LONGEST_BACK_OFF) < 0 ? twice : LONGEST_BACK_OFF;
    }

    private boolean isOver() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }

    private long currentEpoch() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        vertx.close();
    }
}
