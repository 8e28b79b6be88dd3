package dev.aideator.orchestrator.job.local;

import dev.aideator.orchestrator.archive.EventLine;
import dev.aideator.orchestrator.job.AttemptLog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;

/** The file that a local runner's standard output goes to. */
final class FileLog implements AttemptLog {

    private static final int BLOCK = 64 * 1024;

    private final Path file;
    /** Behind the last line that a reader took. */
    private long offset;

    FileLog(Path file) {
        this.file = file;
    }

    @Override
    public void read(Predicate<EventLine> reader) {
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
                    Optional<EventLine> event = EventLine.find(line.toString(StandardCharsets.UTF_8));
                    if (event.isPresent() && !reader.test(event.get())) {
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
}
