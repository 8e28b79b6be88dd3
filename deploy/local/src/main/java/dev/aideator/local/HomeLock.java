package dev.aideator.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** One stack per data folder: whoever holds this lock is it. The operating system lets it go when its holder dies. */
final class HomeLock implements AutoCloseable {

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Whether a stack ever ran on this data folder. */
    static boolean exists(Path home) {
        return Files.exists(file(home));
    }

    private static Path file(Path home) {
        return home.resolve("run/lock");
    }

    static Optional<HomeLock> tryTake(Path home) {
        try {
            Files.createDirectories(home.resolve("run"));
            FileChannel channel = FileChannel.open(file(home), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isTaken(channel)) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new HomeLock(channel));
        } catch (IOException e) {
            throw new Refusal("The data folder " + home + " cannot be used (" + e.getMessage()
                    + "); set AIDEATOR_HOME to a folder that you may write to.");
        }
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
