package dev.aideator.orchestrator.job;

import dev.aideator.events.EntryId;
import dev.aideator.events.StreamAnswer;
import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.Attempts;
import dev.aideator.orchestrator.stream.ProducerStream;
import dev.aideator.orchestrator.stream.RunStreams;

import java.util.List;
import jakarta.enterprise.context.ApplicationScoped;

/** Seals attempts that ended while Redis was away. */
@ApplicationScoped
class Seals {

    private static final int BATCH = 500;
    private static final int BATCH_CHARS = 1 << 20;

    private final Attempts attempts;
    private final Archive archive;
    private final RunStreams streams;

    Seals(Attempts attempts, Archive archive, RunStreams streams) {
        this.attempts = attempts;
        this.archive = archive;
        this.streams = streams;
    }

    /** In the order in which the attempts were made; throws RedisUnavailable. */
    void catchUp() {
        attempts.unsealed().forEach(this::seal);
    }

    private void seal(Attempts.Unsealed ended) {
        AttemptRef attempt = ended.attempt();
        ProducerStream stream = streams.of(attempt.run(), attempt.variation().producer());
        // Where Redis has lost the attempt, or never had it, it begins behind its end: the archive has it all.
        switch (stream.open(new EntryId(attempt.epoch(), ended.lastSeq()))) {
            case StreamAnswer.Added added -> stream.seal(attempt.epoch());
            case StreamAnswer.Acknowledged known -> {
                complete(stream, attempt, known.last());
                stream.seal(attempt.epoch());
            }
            case StreamAnswer.Sealed done -> {}
            // A newer attempt goes on: its opening says as much as this one's seal.
            case StreamAnswer.Fenced late -> {}
            case StreamAnswer.Hole never -> throw new IllegalStateException("Opening has no hole: " + never);
            case StreamAnswer.NotOpen never -> throw new IllegalStateException("Opening is open: " + never);
        }
        attempts.sealed(attempt);
    }

    private void complete(ProducerStream stream, AttemptRef attempt, EntryId last) {
        List<EventLine> lines;
        EntryId position = last;
        do {
            lines = archive.read(attempt.variation(), position, BATCH, BATCH_CHARS).stream()
                    .filter(line -> line.id().epoch() == attempt.epoch())
                    .toList();
            lines.forEach(stream::append);
            position = lines.isEmpty() ? position : lines.getLast().id();
        } while (!lines.isEmpty());
    }
}
