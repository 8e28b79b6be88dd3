package dev.aideator.agent.checkout;

import dev.aideator.agent.end.Failure;

import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand.ResetType;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.TreeWalk;

import java.io.IOException;
import java.nio.file.Path;

/** The folder of a checkout, bounded before a byte of it is written: a small pack can unfold to anything. */
record WorkTree(Path folder, long maxBytes) {

    /** What an entry counts at least: nested trees of empty files weigh something, too. Half a million fit 512 MiB. */
    private static final long ENTRY = 1 << 10;

    Path write(Repository repository, RevCommit commit) throws IOException {
        measure(repository, commit);
        try (Git git = new Git(repository)) {
            git.reset().setMode(ResetType.HARD).setRef(commit.name()).call();
        } catch (GitAPIException e) {
            throw new Failure(
                    "repo_unreadable",
                    "The repository's files could not be written: " + e.getMessage(),
                    "Check that git itself can check it out.",
                    e);
        }
        return folder;
    }

    private void measure(Repository repository, RevCommit commit) throws IOException {
        try (ObjectReader objects = repository.newObjectReader();
                TreeWalk files = new TreeWalk(objects)) {
            files.addTree(commit.getTree());
            long bytes = 0;
            while (files.next()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new Failure("interrupted", "The checkout was stopped.", null);
                }
                if (files.isSubtree()) {
                    bytes += ENTRY;
                    files.enterSubtree();
                } else if (files.getFileMode(0) != FileMode.GITLINK) {
                    bytes += Math.max(ENTRY, objects.getObjectSize(files.getObjectId(0), Constants.OBJ_BLOB));
                } else {
                    bytes += ENTRY;
                }
                if (bytes > maxBytes) {
                    throw CloneBounds.tooLarge(maxBytes);
                }
            }
        }
    }
}
