package dev.aideator.agent.checkout;

import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A repository that was cloned, at the commit that was asked for. What agents of our own read, they read from its
 * objects, where no symbolic link leads anywhere; the files are written only for agents that need a folder.
 */
public final class Checkout implements AutoCloseable {

    private final Repository repository;
    private final RevCommit commit;
    private final String url;
    private final String ref;
    private final boolean shallow;
    private final WorkTree workTree;

    Checkout(Repository repository, RevCommit commit, String url, String ref, boolean shallow, WorkTree workTree) {
        this.repository = repository;
        this.commit = commit;
        this.url = url;
        this.ref = ref;
        this.shallow = shallow;
        this.workTree = workTree;
    }

    public Repository repository() {
        return repository;
    }

    public RevCommit commit() {
        return commit;
    }

    public String url() {
        return url;
    }

    /** The branch or tag, or the commit itself where that was asked for. */
    public String ref() {
        return ref;
    }

    /** Whether there is older history that was not fetched. */
    public boolean isShallow() {
        return shallow;
    }

    /** Writes the files, and returns their folder. Throws {@link dev.aideator.agent.end.Failure}. */
    public Path files() throws IOException {
        return workTree.write(repository, commit);
    }

    public String summary() {
        return "Cloned " + url + " at " + ref + ", commit "
                + commit.abbreviate(12).name();
    }

    @Override
    public void close() {
        repository.close();
    }
}
