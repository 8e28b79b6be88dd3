package dev.aideator.agent.end;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes an attempt run once: locked while the runner lives, never emptied afterwards. Its launcher tells by it whether
 * the process is alive, and is still the same one.
 */
public final class PidFile implements AutoCloseable {

    private final FileChannel channel;

    private PidFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Empty when this attempt runs, or ran, already. */
    public static Optional<PidFile> claim(Path path) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null || channel.size() > 0) {
            channel.close();
            return Optional.empty();
        }
        ProcessHandle self = ProcessHandle.current();
        long start = self.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
        channel.write(ByteBuffer.wrap((self.pid() + " " + start + "\n").getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
        return Optional.of(new PidFile(channel));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
