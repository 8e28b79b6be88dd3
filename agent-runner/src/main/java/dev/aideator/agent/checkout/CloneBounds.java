package dev.aideator.agent.checkout;

import dev.aideator.agent.end.Failure;

import org.eclipse.jgit.lib.ProgressMonitor;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a clone may cost, counted while data arrives. Whatever crosses a bound stops at its next byte or step, and so
 * does a clone whose thread was interrupted.
 */
final class CloneBounds implements ProgressMonitor {

    private static final Duration BETWEEN_WEIGHINGS = Duration.ofMillis(200);

    private final long maxBytes;
    private final Duration timeout;
    private final Path packs;
    private final Thread owner = Thread.currentThread();
    private final long started = System.nanoTime();
    private final AtomicLong bytes = new AtomicLong();
    private volatile long weighed = started;

    /** {@code packs}: the folder that fills with what arrives, for transports whose bytes don't pass through here. */
    CloneBounds(long maxBytes, Duration timeout, Path packs) {
        this.maxBytes = maxBytes;
        this.timeout = timeout;
        this.packs = packs;
    }

    Duration left() {
        return timeout.minusNanos(System.nanoTime() - started);
    }

    static Failure tooLarge(long maxBytes) {
        return new Failure(
                "repo_too_large",
                "The repository is larger than the " + maxBytes + " bytes that a clone may bring.",
                "Choose a smaller repository, a smaller CLONE_DEPTH, or set MAX_REPO_BYTES higher.");
    }

    Failure timedOut() {
        return new Failure(
                "repo_stalled",
                "The clone was not complete after " + timeout.toSeconds() + " s.",
                "Try again later, or set CLONE_TIMEOUT higher.");
    }

    void check() {
        if (bytes.get() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        if (System.nanoTime() - started > timeout.toNanos()) {
            throw timedOut();
        }
        if (owner.isInterrupted()) {
            throw new Failure("interrupted", "The clone was stopped.", null);
        }
    }

    void arrived(long count) {
        bytes.addAndGet(count);
        check();
    }

    /** Counts what is read. */
    InputStream bounded(InputStream in) {
        return new Bounded(in);
    }

    private final class Bounded extends FilterInputStream {
        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            arrived(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            arrived(Math.max(0, count));
            return count;
        }
    }

    @Override
    public void start(int totalTasks) {
        check();
    }

    @Override
    public void beginTask(String title, int totalWork) {
        check();
    }

    @Override
    public void update(int completed) {
        check();
        if (System.nanoTime() - weighed > BETWEEN_WEIGHINGS.toNanos()) {
            weighed = System.nanoTime();
            if (weight() > maxBytes) {
                throw tooLarge(maxBytes);
            }
        }
    }

    private long weight() {
        // While it arrives, JGit keeps a pack beside the folder that it moves it into at the end.
        return weight(packs, "*") + weight(packs.getParent(), "incoming_*");
    }

    private static long weight(Path folder, String names) {
        long sum = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, names)) {
            for (Path file : files) {
                sum += Files.size(file);
            }
        } catch (IOException e) {
            // A file was renamed meanwhile: the next weighing counts it.
        }
        return sum;
    }

    @Override
    public void endTask() {
        if (weight() > maxBytes) {
            throw tooLarge(maxBytes);
        }
    }

    @Override
    public boolean isCancelled() {
        check();
        return false;
    }

    @Override
    public void showDuration(boolean enabled) {}
}
