package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.FinalText;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import io.quarkus.narayana.jta.QuarkusTransaction;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;

/** What agents said, kept in PostgreSQL for good: compressed chunks of event lines, one behind the other. */
@ApplicationScoped
public class Archive {

    private final EntityManager database;

    Archive(EntityManager database) {
        this.database = database;
    }

    /** Joins the transaction that makes the run. */
    public void begin(RunId run, int variations) {
        IntStream.range(0, variations).forEach(index -> database.persist(new HeadRow(new VariationRef(run, index))));
    }

    @Transactional
    public ArchiveHead head(VariationRef variation) {
        return database.find(HeadRow.class, HeadRow.Key.of(variation)).head();
    }

    @Transactional
    public Map<VariationRef, ArchiveHead> heads(Collection<RunId> runs) {
        return database.createQuery("from HeadRow where runId in :runs", HeadRow.class)
                .setParameter("runs", runs.stream().map(RunId::value).toList())
                .getResultStream()
                .collect(Collectors.toMap(HeadRow::ref, HeadRow::head));
    }

    /**
     * Adds lines of one attempt, in order and without a hole, if they start right behind the archived position, and
     * leaves everything as it is if they don't: then another replica was faster. Either way, where the archive is now.
     */
    @Transactional
    public ArchiveHead append(AttemptRef attempt, List<EventLine> lines) {
        HeadRow row = database.find(HeadRow.class, HeadRow.Key.of(attempt.variation()), LockModeType.PESSIMISTIC_WRITE);
        ArchiveHead head = row.head();
        if (lines.isEmpty() || !lines.getFirst().follows(head.position())) {
            return head;
        }
        for (EventLine line : lines) {
            head = Tally.advance(head, line);
        }
        database.persist(chunk(attempt, lines));
        row.set(head);
        return head;
    }

    private static ChunkRow chunk(AttemptRef attempt, List<EventLine> lines) {
        ChunkRow chunk = new ChunkRow();
        chunk.runId = attempt.run().value();
        chunk.variation = attempt.variation().index();
        chunk.epoch = attempt.epoch();
        chunk.firstSeq = lines.getFirst().firstSeq();
        chunk.lastSeq = lines.getLast().id().seq();
        chunk.events = lines.size();
        chunk.data = Chunk.compress(lines);
        return chunk;
    }

    /** Lines behind {@code after}, across attempts, until there are {@code limit} or their text is {@code maxChars}. */
    public List<EventLine> read(VariationRef variation, EntryId after, int limit, int maxChars) {
        List<EventLine> lines = new ArrayList<>();
        EntryId position = after;
        long chars = 0;
        for (ChunkRow chunk = next(variation, position); chunk != null; chunk = next(variation, position)) {
            for (EventLine line : Chunk.decompress(chunk.data)) {
                if (!line.id().isAfter(position)) {
                    continue;
                }
                if (lines.size() >= limit || (chars >= maxChars && !lines.isEmpty())) {
                    return lines;
                }
                lines.add(line);
                chars += line.json().length();
            }
            position = new EntryId(chunk.epoch, chunk.lastSeq);
        }
        return lines;
    }

    /** The chunk that holds the first event behind {@code after}. */
    private ChunkRow next(VariationRef variation, EntryId after) {
        return QuarkusTransaction.requiringNew()
                .call(() -> database.createQuery("""
                        from ChunkRow where runId = :run and variation = :variation
                        and (epoch > :epoch or epoch = :epoch and lastSeq > :seq)
                        order by epoch, firstSeq""", ChunkRow.class)
                        .setParameter("run", variation.run().value())
                        .setParameter("variation", variation.index())
                        .setParameter("epoch", after.epoch())
                        .setParameter("seq", after.seq())
                        .setMaxResults(1)
                        .getSingleResultOrNull());
    }

    /** The text behind the attempt's last tool call, from its beginning as far as it fits. */
    public FinalText finalText(VariationRef variation, long epoch) {
        FinalTextBuilder text = new FinalTextBuilder();
        each(variation, epoch, payload -> {
            text.add(payload);
            return true;
        });
        return text.build(epoch);
    }

    /** All that the attempt put out. */
    public void writeOutput(VariationRef variation, long epoch, OutputStream out) throws IOException {
        IOException[] failure = {null};
        each(variation, epoch, payload -> {
            if (payload instanceof Payload.AgentOutput output) {
                try {
                    out.write(output.content().getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    failure[0] = e;
                    return false;
                }
            }
            return true;
        });
        if (failure[0] != null) {
            throw failure[0];
        }
    }

    private void each(VariationRef variation, long epoch, Function<Payload, Boolean> reader) {
        EntryId position = new EntryId(epoch, 0);
        for (ChunkRow chunk = next(variation, position);
                chunk != null && chunk.epoch == epoch;
                chunk = next(variation, position)) {
            for (EventLine line : Chunk.decompress(chunk.data)) {
                Event event = EventJson.decode(line.json());
                if (!reader.apply(event.payload())) {
                    return;
                }
            }
            position = new EntryId(epoch, chunk.lastSeq);
        }
    }
}
