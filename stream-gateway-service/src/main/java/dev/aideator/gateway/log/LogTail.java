package dev.aideator.gateway.log;

import dev.aideator.events.AttemptFolder;
import dev.aideator.events.EntryId;
import dev.aideator.events.EventJson;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;

import org.jboss.logging.Logger;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one attempt's events from its file, forward, as the file grows. A last line without a line break is still being
 * written and waits. Blocking; used by one thread at a time.
 */
final class LogTail {

    private static final Logger LOG = Logger.getLogger(LogTail.class);
    private static final int BLOCK = 64 * 1024;

    /** No event is as long as this; such a line is no event. */
    private static final int LONGEST_LINE = 8 * 1024 * 1024;

    private final String runId;
    private final int variation;
    private final long epoch;
    private final Path file;

    /** Everything before this was read. */
    private long offset;

    private EntryId last;

    LogTail(Path attempts, String runId, int variation, long epoch) {
        this.runId = runId;
        this.variation = variation;
        this.epoch = epoch;
        this.file = AttemptFolder.of(attempts, runId, variation, epoch).stdout();
        this.last = new EntryId(epoch, 0);
    }

    long epoch() {
        return epoch;
    }

    /** At most {@code limit} events behind {@code after} that are complete in the file by now. */
    List<StreamEntry> read(EntryId after, int limit) {
        if (last.isAfter(after)) {
            offset = 0;
            last = new EntryId(epoch, 0);
        }
        List<StreamEntry> entries = new ArrayList<>();
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(offset);
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long lineLength = 0;
            while (entries.size() < limit && channel.read(block.clear()) > 0) {
                block.flip();
                while (block.hasRemaining() && entries.size() < limit) {
                    byte next = block.get();
                    lineLength++;
                    if (next == '\n') {
                        offset += lineLength;
                        add(line, lineLength, after, entries);
                        line.reset();
                        lineLength = 0;
                    } else if (lineLength <= LONGEST_LINE) {
                        line.write(next);
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // Not started yet, or tidied away: the archive has what was there.
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
        return entries;
    }

    private void add(ByteArrayOutputStream line, long length, EntryId after, List<StreamEntry> entries) {
        if (length > LONGEST_LINE) {
            LOG.warnf("run=%s variation=%d: a line of %d bytes is no event", runId, variation, length);
            return;
        }
        String json = line.toString(StandardCharsets.UTF_8);
        EntryId id = idOf(json);
        if (id != null && id.isAfter(last)) {
            last = id;
            if (id.isAfter(after)) {
                entries.add(new StreamEntry.EventEntry(id, json));
            }
        }
    }

    /** Null for a line that is none of this attempt's events: a program may print there past the runner. */
    private EntryId idOf(String json) {
        if (json.isBlank()) {
            return null;
        }
        try {
            EventJson.Header header = EventJson.header(json);
            boolean ours = header.id() != null
                    && header.id().epoch() == epoch
                    && runId.equals(header.runId())
                    && header.producer().equals(Producer.variation(variation));
            return ours ? header.id() : null;
        } catch (IllegalArgumentException e) {
            LOG.debugf("run=%s variation=%d: a line in the log is no event: %s", runId, variation, e.getMessage());
            return null;
        }
    }
}
