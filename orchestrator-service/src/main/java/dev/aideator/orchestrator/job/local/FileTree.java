package dev.aideator.orchestrator.job.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that an agent left behind, with whatever permissions it gave them. */
record FileTree(Path root) {

    /** Throws for the first thing that can't be deleted; what was before it is gone. */
    void delete() throws IOException {
        try {
            delete(root);
        } catch (NoSuchFileException e) {
            // Nothing to delete.
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            // A folder that may not be read or written can't be emptied.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
                for (Path child : children) {
                    delete(child);
                }
            }
        }
        Files.delete(path);
    }
}
