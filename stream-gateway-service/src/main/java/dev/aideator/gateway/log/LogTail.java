package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
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

    private final LoggedAttempt attempt;
    private final Path file;

    /** Everything before this was read. */
    private long offset;

    private EntryId last;

    LogTail(LoggedAttempt attempt, Path file) {
        this.attempt = attempt;
        this.file = file;
        this.last = new EntryId(attempt.epoch(), 0);
    }

    /** At most {@code limit} events behind {@code after} that are complete in the file by now. */
    List<StreamEntry.EventEntry> read(EntryId after, int limit) {
        if (last.isAfter(after)) {
            offset = 0;
            last = new EntryId(attempt.epoch(), 0);
        }
        List<StreamEntry.EventEntry> entries = new ArrayList<>();
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
                    } else if (lineLength <= LoggedAttempt.LONGEST_LINE) {
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

    private void add(ByteArrayOutputStream line, long length, EntryId after, List<StreamEntry.EventEntry> entries) {
        if (length > LoggedAttempt.LONGEST_LINE) {
            LOG.warnf("%s: a line of %d bytes is no event", attempt, length);
            return;
        }
        String json = line.toString(StandardCharsets.UTF_8);
        EntryId id = attempt.idOf(json);
        if (id != null && id.isAfter(last)) {
            last = id;
            if (id.isAfter(after)) {
                entries.add(new StreamEntry.EventEntry(id, json));
            }
        }
    }
}
