package dev.aideator.orchestrator.stream;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.EventStream;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;
import dev.aideator.events.StreamEntry;
import dev.aideator.orchestrator.archive.EventLine;

import java.util.List;

import static dev.aideator.orchestrator.stream.RunStreams.await;

/** One producer's stream, for code that may wait. Everything throws {@link RedisUnavailable}. */
public final class ProducerStream {

    private final EventStream stream;
    private final RunKeys keys;

    ProducerStream(EventStream stream, RunKeys keys) {
        this.stream = stream;
        this.keys = keys;
    }

    /** Opens the attempt if Redis does not have it, behind what the archive has already. */
    public StreamAnswer open(EntryId archived) {
        return await(stream.open(archived));
    }

    public StreamAnswer append(EventLine line) {
        EventJson.Header header = EventJson.header(line.json());
        String channel = keys.channel(header.producer(), header.type());
        return await(stream.append(line.id(), line.firstSeq(), channel, line.json()));
    }

    public StreamAnswer seal(long epoch) {
        return await(stream.seal(epoch));
    }

    public EntryId last() {
        return await(stream.last());
    }

    public List<StreamEntry> read(EntryId after, int count) {
        return await(stream.read(after, count));
    }

    /** Removes what is older than {@code first}, or most of it. */
    public void trim(EntryId first) {
        await(stream.trim(first));
    }
}
