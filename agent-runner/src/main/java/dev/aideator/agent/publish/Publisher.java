package dev.aideator.agent.publish;

import dev.aideator.agent.Voice;
import dev.aideator.agent.end.Ending;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.end.Stop;
import dev.aideator.agent.task.Attempt;
import dev.aideator.agent.task.Secrets;
import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Payload;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An attempt's one mouth: masks secrets, numbers events without holes, and gives each to standard output and Redis.
 * Small pieces of output are put together for at most {@link #TOGETHER}. Thread-safe.
 */
public final class Publisher implements Voice, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Publisher.class);

    private static final Duration TOGETHER = Duration.ofMillis(25);
    private static final Duration EPOCH_PATIENCE = Duration.ofSeconds(3);
    private static final Duration SEAL_PATIENCE = Duration.ofSeconds(10);

    private final Attempt attempt;
    private final Secrets secrets;
    private final Clock clock;
    private final OutputStream lines;
    private final RedisFeed feed;
    private final long epoch;
    private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("flusher").factory());

    private final ReentrantLock lock = new ReentrantLock();

    // All below are guarded by the lock.
    private final Masker outputMasker;
    private final OutputPieces output = new OutputPieces();
    private final Masker logMasker;
    private final LogLines log = new LogLines();
    private final Allowance allowance;
    private long seq;
    private boolean flushing;
    private boolean ended;
    private boolean linesBroken;

    private Publisher(
            Attempt attempt, Secrets secrets, long maxOutputBytes, OutputStream lines, RedisFeed feed, Clock clock) {
        this.attempt = attempt;
        this.secrets = secrets;
        this.clock = clock;
        this.lines = lines;
        this.feed = feed;
        this.allowance = new Allowance(maxOutputBytes);
        this.outputMasker = new Masker(secrets.values());
        this.logMasker = new Masker(secrets.values());
        this.epoch = feed == null ? attempt.epoch().orElse(1L) : feed.epoch(EPOCH_PATIENCE);
    }

    /** {@code lines} gets the events, a line of JSON each; {@code stop} hears when the stream takes no more. */
    public static Publisher start(
            Attempt attempt, Secrets secrets, long maxOutputBytes, OutputStream lines, Stop stop, Clock clock) {
        RedisFeed feed = attempt.redis().isPresent() ? new RedisFeed(attempt, stop, clock) : null;
        return new Publisher(attempt, secrets, maxOutputBytes, lines, feed, clock);
    }

    @Override
    public void output(String text) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            say(outputMasker.feed(allowance.take(text)));
            allowance.check();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void log(String text) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            log.add(logMasker.feed(allowance.take(text))).forEach(this::numberLogLine);
            allowance.check();
        } finally {
            lock.unlock();
        }
    }

    private void numberLogLine(String line) {
        number(new Payload.AgentLog(Payload.AgentLog.Level.INFO, line));
    }

    private void say(String masked) {
        output.add(masked);
        output.whole().forEach(piece -> number(new Payload.AgentOutput(piece)));
        if (!output.isEmpty() && !flushing) {
            flushing = true;
            flusher.schedule(this::flush, TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void flush() {
        lock.lock();
        try {
            flushing = false;
            if (!ended) {
                output.soFar().forEach(piece -> number(new Payload.AgentOutput(piece)));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void tell(Payload payload) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            output.soFar().forEach(piece -> number(new Payload.AgentOutput(piece)));
            Payload clean = Cleaning.clean(payload, secrets.values());
            allowance.take(Cleaning.text(clean));
            allowance.check();
            number(clean);
        } finally {
            lock.unlock();
        }
    }

    /** The last words. Nothing that anyone says afterwards is published. */
    public FinalOutcome end(Ending ending) {
        lock.lock();
        try {
            if (!ended) {
                output.add(outputMasker.finish());
                output.rest().forEach(piece -> number(new Payload.AgentOutput(piece)));
                log.add(logMasker.finish()).forEach(this::numberLogLine);
                log.rest().forEach(this::numberLogLine);
                if (ending.isFailure()) {
                    number(Cleaning.clean(
                            new Payload.AgentError(ending.reason(), ending.detail(), ending.hint()), secrets.values()));
                }
                number(Cleaning.clean(
                        new Payload.AgentComplete(ending.outcome(), ending.reason(), ending.detail()),
                        secrets.values()));
                ended = true;
            }
            String detail = Masker.mask(ending.detail(), secrets.values());
            return new FinalOutcome(ending.outcome(), ending.reason(), detail, seq);
        } finally {
            lock.unlock();
        }
    }

    /** Stays until the orchestrator has sealed the stream, so that whatever Redis lacks can still be sent again. */
    public void awaitSeal() {
        if (feed != null && !feed.awaitSeal(SEAL_PATIENCE)) {
            LOG.warnf(
                    "Redis lacks events of run %s, variation %s", attempt.run().runId(), attempt.variation());
        }
    }

    private void number(Payload payload) {
        Event event = new Event(
                attempt.run().runId(), attempt.variation(), new EntryId(epoch, seq + 1), clock.instant(), payload);
        String line = EventJson.encode(event);
        seq++;
        write(line);
        if (feed != null) {
            feed.offer(new Numbered(seq, attempt.run().channel(event), line));
        }
    }

    private void write(String line) {
        try {
            lines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            lines.flush();
        } catch (IOException e) {
            if (!linesBroken) {
                linesBroken = true;
                LOG.warnf("Standard output takes no more events: %s", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        flusher.shutdownNow();
        if (feed != null) {
            feed.close();
        }
    }

    /** How much an agent may say, in bytes of UTF-8. */
    private static final class Allowance {
        private final long most;
        private long left;

        Allowance(long most) {
            this.most = most;
            this.left = most;
        }

        /** As much of the text as is left, cut between characters. */
        String take(String text) {
            long bytes = Utf8.length(text);
            if (bytes <= left) {
                left -= bytes;
                return text;
            }
            String start = text.substring(0, Utf8.indexAfter(text, 0, left));
            left = -1;
            return start;
        }

        void check() {
            if (left < 0) {
                throw new Failure(
                        "output_limit",
                        "The agent said more than the " + most + " bytes that one variation may say.",
                        "Ask for less, or set MAX_OUTPUT_BYTES higher.");
            }
        }
    }
}
