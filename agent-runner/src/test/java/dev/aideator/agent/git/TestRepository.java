package dev.aideator.agent.git;

import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** A bare repository that is written commit by commit, without a work tree, so that anything may be in it. */
public final class TestRepository implements AutoCloseable {

    private final Path folder;
    private final Repository repository;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, FileMode> modes = new TreeMap<>();
    private ObjectId head;
    private Instant time = Instant.parse("2026-01-01T12:00:00Z");

    public TestRepository(Path folder) {
        try {
            this.folder = folder;
            this.repository = Git.init()
                    .setBare(true)
                    .setInitialBranch("main")
                    .setDirectory(folder.toFile())
                    .call()
                    .getRepository();
            StoredConfig config = repository.getConfig();
            config.setBoolean("uploadpack", null, "allowTipSHA1InWant", true);
            config.save();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public Path folder() {
        return folder;
    }

    public Repository repository() {
        return repository;
    }

    public TestRepository file(String path, String text) {
        return file(path, text.getBytes(StandardCharsets.UTF_8));
    }

    public TestRepository file(String path, byte[] bytes) {
        files.put(path, bytes);
        modes.put(path, FileMode.REGULAR_FILE);
        return this;
    }

    public TestRepository link(String path, String target) {
        files.put(path, target.getBytes(StandardCharsets.UTF_8));
        modes.put(path, FileMode.SYMLINK);
        return this;
    }

    public TestRepository remove(String path) {
        files.remove(path);
        modes.remove(path);
        return this;
    }

    /** An hour after the one before. */
    public ObjectId commit(String message, String author) {
        try (ObjectInserter objects = repository.newObjectInserter()) {
            DirCache index = DirCache.newInCore();
            DirCacheBuilder builder = index.builder();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                DirCacheEntry entry = new DirCacheEntry(file.getKey());
                entry.setFileMode(modes.get(file.getKey()));
                entry.setObjectId(objects.insert(Constants.OBJ_BLOB, file.getValue()));
                builder.add(entry);
            }
            builder.finish();
            time = time.plusSeconds(3600);
            PersonIdent person = new PersonIdent(author, author + "@example.org", time, ZoneOffset.UTC);
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(index.writeTree(objects));
            commit.setAuthor(person);
            commit.setCommitter(person);
            commit.setMessage(message);
            if (head != null) {
                commit.setParentId(head);
            }
            head = objects.insert(commit);
            objects.flush();
            ref("refs/heads/main", head);
            return head;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void ref(String name, ObjectId id) throws IOException {
        RefUpdate update = repository.updateRef(name);
        update.setNewObjectId(id);
        update.forceUpdate();
    }

    @Override
    public void close() {
        repository.close();
    }
}
