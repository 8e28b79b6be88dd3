package dev.aideator.orchestrator.job.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * A runner's pid file: it locks it first, for life, and then writes its pid and start time. The lock tells whether it
 * lives, which a pid alone does not: pids are used again.
 */
record PidFile(Path path) {

    /** POSIX locks belong to the whole process: two of our threads must not ask about one file at once. */
    private static final Object ONE_AT_A_TIME = new Object();

    /** Which process; {@code since} as the process itself knows its start. */
    record Runner(long pid, Instant since) {}

    /** Empty while the runner has not come so far. */
    Optional<Runner> read() {
        try {
            String[] fields = Files.readString(path).strip().split(" ");
            return fields.length == 2
                    ? Optional.of(
                            new Runner(Long.parseLong(fields[0]), Instant.ofEpochMilli(Long.parseLong(fields[1]))))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether a process holds the lock. To be asked only of a file with contents: before that, our asking could be in
     * the way of the runner's own locking.
     */
    boolean isHeld() {
        synchronized (ONE_AT_A_TIME) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock == null;
            } catch (NoSuchFileException e) {
                return false;
            } catch (OverlappingFileLockException e) {
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Makes a runner that may still be on its way to this file turn back. */
    void bar() {
        try {
            Files.writeString(path, "0 0\n", StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            // It is here already, or was barred before.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
