package dev.aideator.agent;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Where the checkout and all that the agent makes are. What we made ourselves is removed at the end. */
record Workspace(Path path, boolean temporary) implements AutoCloseable {

    static Workspace open(Optional<Path> given) throws IOException {
        if (given.isPresent()) {
            return new Workspace(Files.createDirectories(given.get()).toRealPath(), false);
        }
        return new Workspace(Files.createTempDirectory("aideator-agent-").toRealPath(), true);
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
