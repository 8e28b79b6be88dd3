package dev.aideator.agent.end;

import dev.aideator.events.FinalOutcome;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where the launcher finds the outcome without Redis. There is all of it or nothing. */
public record OutcomeFile(Path path) {

    public void write(FinalOutcome outcome) throws IOException {
        Path target = path.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.writeString(fresh, outcome.encode() + "\n");
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
