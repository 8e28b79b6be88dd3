package dev.aideator.orchestrator.job.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The end of a runner's own log, to tell a user why it did not start. */
final class StderrTail {

    private static final int BYTES = 1000;

    private StderrTail() {}

    /** Empty when there is none. */
    static String lastLine(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long from = Math.max(0, file.length() - BYTES);
            byte[] tail = new byte[(int) (file.length() - from)];
            file.seek(from);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8).strip().lines().reduce("", (before, line) -> line);
        } catch (IOException e) {
            return "";
        }
    }
}
