package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.archive.EventLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;

/** A runner's standard output, read forward while it is being written. Owned by one thread. */
final class AttemptLog {

    private static final int BLOCK = 64 * 1024;

    private final Path file;
    /** Behind the last line that a reader took. */
    private long offset;

    AttemptLog(Path file) {
        this.file = file;
    }

    /**
     * Hands over the events that came since the last call, until {@code reader} refuses one: that is offered again the
     * next time. A half-written last line waits for its rest, which never comes after a crash; lines that are no events
     * are skipped.
     */
    void read(Predicate<EventLine> reader) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            ByteBuffer block = ByteBuffer.allocate(BLOCK);
            long position = offset;
            while (channel.read(block.clear(), position) > 0) {
                block.flip();
                position += block.remaining();
                while (block.hasRemaining()) {
                    byte next = block.get();
                    if (next != '\n') {
                        line.write(next);
                        continue;
                    }
                    if (!offer(line.toString(StandardCharsets.UTF_8), reader)) {
                        return;
                    }
                    offset += line.size() + 1;
                    line.reset();
                }
            }
        } catch (NoSuchFileException e) {
            // The runner has not written yet.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean offer(String text, Predicate<EventLine> reader) {
        EventLine event;
        try {
            event = EventLine.parse(text);
        } catch (IllegalArgumentException e) {
            return true;
        }
        return reader.test(event);
    }
}
