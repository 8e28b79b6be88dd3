package dev.aideator.agent;

import org.jboss.logging.Logger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the checkout and all that the agent makes are. A folder that we made ourselves is removed at the end, as far as
 * that goes: what is left over never changes how the attempt ended.
 */
final class Workspace implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Workspace.class);

    /** Whatever still writes while we remove, such as JGit's probes of the file system's clock, is soon done. */
    private static final int ROUNDS = 5;

    private final Optional<Path> given;
    private volatile Path made;

    Workspace(Optional<Path> given) {
        this.given = given;
    }

    /** The folder; called once. */
    Path open() throws IOException {
        if (given.isPresent()) {
            return Files.createDirectories(given.get()).toRealPath();
        }
        made = Files.createTempDirectory("aideator-agent-").toRealPath();
        return made;
    }

    @Override
    public void close() {
        for (int round = 0; round < ROUNDS && made != null && Files.exists(made); round++) {
            remove();
        }
        if (made != null && Files.exists(made)) {
            LOG.warnf("The workspace %s could not be removed completely", made);
        }
    }

    /** Links are removed, not followed. */
    private void remove() {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(made)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | UncheckedIOException e) {
            return;
        }
        for (Path path : deepestFirst) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // The next round, or the warning, has it.
            }
        }
    }
}
