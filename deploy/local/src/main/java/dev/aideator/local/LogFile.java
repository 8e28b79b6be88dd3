package dev.aideator.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A log that a process appends to. */
final class LogFile {

    private static final int TAIL_BYTES = 8192;
    private static final int TAIL_LINES = 15;
    private static final long ROTATED_AT = 10 << 20;

    private LogFile() {}

    /** Its last lines, for a person. */
    static String tail(Path log) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(TAIL_BYTES, file.length())];
            file.seek(file.length() - end.length);
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8)
                    .stripTrailing()
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(" + e.getMessage() + ")";
        }
    }

    /** Puts a log that has grown large aside, before a process appends to it; one predecessor is kept. */
    static Path rotated(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > ROTATED_AT) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return log;
    }
}
