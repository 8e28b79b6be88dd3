package dev.aideator.faults;

import dev.aideator.agent.end.Ending;
import dev.aideator.agent.end.Stop;
import dev.aideator.agent.publish.Publisher;
import dev.aideator.agent.task.Attempt;
import dev.aideator.agent.task.Secrets;
import dev.aideator.events.AttemptFolder;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.redis.RedisAccess;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** One attempt that speaks through the agent runner's own publisher, and what it said. */
final class Agent implements AutoCloseable {

    private static final long MAY_SAY = 1L << 30;

    private final Producer variation;
    private final long epoch;
    private final Said said;
    private final Stop stop = new Stop();
    private final Digest text = new Digest();
    private final Publisher publisher;
    private volatile long finalSeq = -1;

    Agent(RunKeys run, Producer variation, long epoch, RedisAccess redis, Path attempts) {
        this.variation = variation;
        this.epoch = epoch;
        this.said = new Said(AttemptFolder.of(attempts, run.runId(), variation.index(), epoch)
                .stdout());
        this.publisher = Publisher.start(
                new Attempt(run, variation, Optional.of(epoch), Optional.of(redis)),
                new Secrets(Set.of()),
                MAY_SAY,
                said,
                stop,
                Clock.systemUTC());
    }

    void say(String piece) {
        text.add(piece);
        publisher.output(piece);
    }

    void end() {
        finalSeq = publisher.end(Ending.completed()).lastSeq();
    }

    /** The seq of its last event, once it has ended. */
    Optional<Long> finalSeq() {
        return finalSeq < 0 ? Optional.empty() : Optional.of(finalSeq);
    }

    /** Whether it heard that nobody takes its events any more. */
    boolean isStopped() {
        return stop.isRequested();
    }

    Producer variation() {
        return variation;
    }

    long epoch() {
        return epoch;
    }

    Said said() {
        return said;
    }

    /** Of the text that was handed to the publisher. */
    String sha256() {
        return text.sha256();
    }

    /** It is gone, whatever it still had to bring to Redis. */
    @Override
    public void close() {
        publisher.close();
        try {
            said.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
