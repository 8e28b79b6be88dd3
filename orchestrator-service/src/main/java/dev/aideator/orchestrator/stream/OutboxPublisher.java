package dev.aideator.orchestrator.stream;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamAnswer;
import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.run.Outbox;
import dev.aideator.orchestrator.run.RunId;

import org.jboss.logging.Logger;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Carries the runs' own events from their rows to Redis. It asks the stream how far it is, so it may be called twice,
 * by two replicas, or after Redis lost everything.
 */
@ApplicationScoped
public class OutboxPublisher {

    private static final Logger LOG = Logger.getLogger(OutboxPublisher.class);

    /** The run's own stream has one epoch. */
    private static final long EPOCH = 1;

    private static final int BATCH = 200;
    private static final Duration KEPT_AFTER_THE_END = Duration.ofHours(24);

    private final Outbox outbox;
    private final RunStreams streams;

    OutboxPublisher(Outbox outbox, RunStreams streams) {
        this.outbox = outbox;
        this.streams = streams;
    }

    /** Publishes what the run's stream lacks; throws {@link RedisUnavailable}. */
    public void publish(RunId run) {
        ProducerStream stream = streams.of(run, Producer.RUN);
        long last = stream.open(new EntryId(EPOCH, 0)).last().seq();
        for (List<Outbox.Entry> batch = outbox.events(run, last, BATCH);
                !batch.isEmpty();
                batch = outbox.events(run, last, BATCH)) {
            for (Outbox.Entry entry : batch) {
                last = append(stream, run, entry);
            }
        }
        outbox.published(run, last);
    }

    private static long append(ProducerStream stream, RunId run, Outbox.Entry entry) {
        EntryId id = new EntryId(EPOCH, entry.seq());
        return switch (stream.append(new EventLine(id, entry.seq(), entry.json()))) {
            case StreamAnswer.Added added -> added.last().seq();
            case StreamAnswer.Acknowledged known -> known.last().seq();
            // Redis lost something between two of our calls: what it has is where we go on.
            case StreamAnswer.Hole hole -> hole.last().seq();
            case StreamAnswer.NotOpen lost -> {
                stream.open(new EntryId(EPOCH, 0));
                yield 0;
            }
            case StreamAnswer.Fenced wrong -> throw notOurs(run, wrong);
            case StreamAnswer.Sealed wrong -> throw notOurs(run, wrong);
        };
    }

    private static IllegalStateException notOurs(RunId run, StreamAnswer answer) {
        return new IllegalStateException("Someone else wrote into the stream of run " + run + ": " + answer);
    }

    /** Publishes what was missed, also because Redis lost it, and lets Redis forget runs that ended. */
    public void sweep() {
        outbox.reopened().forEach(this::keep);
        Set<RunId> behind = new LinkedHashSet<>(outbox.unpublished());
        behind.addAll(outbox.unended());
        for (RunId run : behind) {
            try {
                publish(run);
            } catch (IllegalStateException e) {
                LOG.errorf("events of a run cannot be published run=%s reason=%s", run, e.getMessage());
            }
        }
        outbox.expirable().forEach(this::expire);
    }

    private void expire(RunId run) {
        outbox.expire(run, KEPT_AFTER_THE_END, variations -> {
            producers(variations).forEach(producer -> streams.expire(run, producer, KEPT_AFTER_THE_END));
            LOG.debugf("streams expire run=%s", run);
        });
    }

    private void keep(RunId run) {
        outbox.keep(run, variations -> {
            producers(variations).forEach(producer -> streams.keep(run, producer));
            LOG.debugf("streams are kept again run=%s", run);
        });
    }

    private static Stream<Producer> producers(int variations) {
        return Stream.concat(IntStream.range(0, variations).mapToObj(Producer::variation), Stream.of(Producer.RUN));
    }
}
