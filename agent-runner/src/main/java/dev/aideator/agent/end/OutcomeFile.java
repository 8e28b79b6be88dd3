package dev.aideator.agent.end;

import dev.aideator.events.FinalOutcome;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Where the launcher finds the outcome without Redis. There is all of it or nothing, but for a file that can only be
 * written in place: a container's termination log is mounted by itself, on a file system where nothing else may be made.
 */
public record OutcomeFile(Path path) {

    public void write(FinalOutcome outcome) throws IOException {
        Path target = path.toAbsolutePath();
        byte[] line = (outcome.encode() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            replace(target, line);
        } catch (IOException e) {
            if (!Files.isRegularFile(target)) {
                throw e;
            }
            Files.write(target, line, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        }
    }

    private static void replace(Path target, byte[] line) throws IOException {
        Files.createDirectories(target.getParent());
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.write(fresh, line);
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }
}
