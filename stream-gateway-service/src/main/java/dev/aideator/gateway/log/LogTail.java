package dev.aideator.gateway.log;

import dev.aideator.events.EntryId;
import dev.aideator.events.StreamEntry;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
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
            LineReader line = new LineReader();
            while (entries.size() < limit && channel.read(block.clear()) > 0) {
                block.flip();
                while (entries.size() < limit && line.readOn(block)) {
                    offset += line.length() + 1;
                    add(line, after, entries);
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

    private void add(LineReader line, EntryId after, List<StreamEntry.EventEntry> entries) {
        if (line.isTooLong()) {
            LOG.warnf("%s: a line of %d bytes is no event", attempt, line.length());
            return;
        }
        String json = line.text();
        EntryId id = attempt.idOf(json);
        if (id != null && id.isAfter(last)) {
            last = id;
            if (id.isAfter(after)) {
                entries.add(new StreamEntry.EventEntry(id, json));
            }
        }
    }
}
