package dev.aideator.agent.survey;

import dev.aideator.agent.checkout.Checkout;

import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a commit's files, each once and within bounds. */
final class Scan {

    /** A larger file is listed and not read. */
    static final long LARGEST = 1L << 20;
    /** All that is read of one repository. */
    private static final long MOST = 256L << 20;
    /** More files than this are not even listed. */
    private static final int MOST_FILES = 100_000;

    private Scan() {}

    /** What a file's text is given to; {@code text} is empty where {@code why} says so. */
    interface Reader {
        void read(RepoFile file, Optional<String> text, Unread why) throws IOException;
    }

    /** Why there is no text. */
    enum Unread {
        NOTHING,
        BINARY,
        TOO_LARGE,
        TOO_MUCH,
        LINK
    }

    /** All files, ordered by path. Submodules are none. */
    static List<RepoFile> list(Checkout checkout) throws IOException, InterruptedException {
        List<RepoFile> files = new ArrayList<>();
        try (ObjectReader objects = checkout.repository().newObjectReader();
                TreeWalk walk = new TreeWalk(objects)) {
            walk.addTree(checkout.commit().getTree());
            walk.setRecursive(true);
            while (walk.next() && files.size() < MOST_FILES) {
                FileMode mode = walk.getFileMode(0);
                if (mode != FileMode.GITLINK) {
                    long size = objects.getObjectSize(walk.getObjectId(0), Constants.OBJ_BLOB);
                    files.add(new RepoFile(walk.getPathString(), walk.getObjectId(0), size, mode == FileMode.SYMLINK));
                }
                pause();
            }
        }
        return files;
    }

    static void read(Checkout checkout, List<RepoFile> files, Reader reader) throws IOException, InterruptedException {
        long read = 0;
        try (ObjectReader objects = checkout.repository().newObjectReader()) {
            for (RepoFile file : files) {
                pause();
                if (file.size() > LARGEST) {
                    reader.read(file, Optional.empty(), Unread.TOO_LARGE);
                } else if (read > MOST) {
                    reader.read(file, Optional.empty(), Unread.TOO_MUCH);
                } else {
                    ObjectLoader loader = objects.open(file.id(), Constants.OBJ_BLOB);
                    Optional<String> text = Text.of(loader.getCachedBytes((int) LARGEST));
                    read += file.size();
                    Unread why = file.symbolicLink() ? Unread.LINK : text.isPresent() ? Unread.NOTHING : Unread.BINARY;
                    reader.read(file, text, why);
                }
            }
        }
    }

    private static void pause() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
