package dev.aideator.agent.checkout;

import dev.aideator.agent.end.Failure;
import dev.aideator.agent.task.Task;
import dev.aideator.repository.RefusedAddress;
import dev.aideator.repository.RepositoryAddress;

import org.eclipse.jgit.api.FetchCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TransportHttp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a repository gets here: as little of it as is asked for, from where that is allowed, and nothing of it run. */
public final class Clone {

    private final Task.Source source;
    private final RepositoryAddress address;
    private final CloneBounds bounds;
    private final Repository repository;

    private Clone(Task.Source source, RepositoryAddress address, CloneBounds bounds, Repository repository) {
        this.source = source;
        this.address = address;
        this.bounds = bounds;
        this.repository = repository;
    }

    /** Throws {@link Failure}, with one of the codes of {@link CloneFailures}. */
    public static Checkout of(Task.Source source, Path workspace) throws IOException {
        IsolatedGit.install();
        Path folder = workspace.resolve("repository");
        Path metadata = folder.resolve(Constants.DOT_GIT);
        try {
            RepositoryAddress address = source.address();
            if (Files.exists(folder)) {
                throw new Failure(
                        "workspace_in_use",
                        "The workspace has a checkout already.",
                        "Give every attempt a workspace of its own (WORKSPACE_DIR).");
            }
            Repository repository = create(folder, metadata);
            CloneBounds bounds = new CloneBounds(
                    source.maxBytes(),
                    source.timeout(),
                    metadata.resolve("objects").resolve("pack"));
            return new Clone(source, address, bounds, repository).checkout(folder);
        } catch (RefusedAddress e) {
            throw CloneFailures.refused(e);
        }
    }

    private static Repository create(Path folder, Path metadata) throws IOException {
        Repository repository = new FileRepositoryBuilder()
                .setGitDir(metadata.toFile())
                .setWorkTree(folder.toFile())
                .build();
        ((FileRepository) repository).create(false);
        StoredConfig config = repository.getConfig();
        // Symbolic links become small files that say where they lead: no agent is led out of the checkout.
        config.setBoolean(ConfigConstants.CONFIG_CORE_SECTION, null, ConfigConstants.CONFIG_KEY_SYMLINKS, false);
        config.setInt(ConfigConstants.CONFIG_GC_SECTION, null, ConfigConstants.CONFIG_KEY_AUTO, 0);
        config.save();
        return repository;
    }

    private Checkout checkout(Path folder) throws IOException {
        try {
            Map<String, Ref> refs = refs();
            Target target = target(refs);
            fetch(target);
            RevCommit commit = commit(target);
            repository.updateRef(Constants.HEAD, true).link(Constants.R_HEADS + "aideator");
            boolean shallow =
                    !repository.getObjectDatabase().getShallowCommits().isEmpty();
            return new Checkout(
                    repository, commit, source.url(), target.name(), shallow, new WorkTree(folder, source.maxBytes()));
        } catch (IOException | RuntimeException | GitAPIException e) {
            repository.close();
            throw CloneFailures.of(e, source, bounds);
        }
    }

    private Map<String, Ref> refs() throws GitAPIException {
        Map<String, Ref> refs = Git.lsRemoteRepository()
                .setRemote(address.text())
                .setCredentialsProvider(credentials())
                .setTransportConfigCallback(transport -> {
                    transport.setTimeout(stallSeconds());
                    if (transport instanceof TransportHttp http) {
                        http.setHttpConnectionFactory(connections());
                    }
                })
                .callAsMap();
        if (refs.isEmpty()) {
            throw CloneFailures.empty(source.url());
        }
        return refs;
    }

    /** What to fetch: a ref that the repository lists, or a commit that may be behind any of them. */
    private record Target(String name, Optional<Ref> ref, String commit) {}

    private Target target(Map<String, Ref> refs) {
        String asked = source.ref().orElse(Constants.HEAD);
        for (String name : List.of(Constants.R_HEADS + asked, Constants.R_TAGS + asked, asked)) {
            Ref ref = refs.get(name);
            if (ref != null && ref.getObjectId() != null) {
                return new Target(displayName(asked, ref), Optional.of(ref), null);
            }
        }
        if (asked.matches("[0-9a-fA-F]{4,40}")) {
            return new Target(asked, Optional.empty(), asked.toLowerCase(Locale.ROOT));
        }
        if (source.ref().isEmpty()) {
            // A HEAD that leads to a branch that is not there: any branch tells more than none.
            Ref any = refs.values().stream()
                    .filter(ref -> ref.getName().startsWith(Constants.R_HEADS))
                    .findFirst()
                    .orElseThrow(() -> CloneFailures.empty(source.url()));
            return new Target(Repository.shortenRefName(any.getName()), Optional.of(any), null);
        }
        throw CloneFailures.noSuchRef(asked);
    }

    private static String displayName(String asked, Ref ref) {
        if (!asked.equals(Constants.HEAD)) {
            return asked;
        }
        return ref.isSymbolic() ? Repository.shortenRefName(ref.getTarget().getName()) : "the default branch";
    }

    private void fetch(Target target) throws GitAPIException {
        if (target.ref().isPresent()) {
            fetch(List.of(new RefSpec(target.ref().get().getName() + ":" + FETCHED)), source.depth());
            return;
        }
        if (target.commit().length() == Constants.OBJECT_ID_STRING_LENGTH) {
            try {
                fetch(List.of(new RefSpec(target.commit() + ":" + FETCHED)), source.depth());
                return;
            } catch (GitAPIException e) {
                // A server need not give a commit by its id: look for it in everything that it has.
                CloneFailures.passOn(e);
            }
        }
        fetch(List.of(new RefSpec("+refs/heads/*:refs/remotes/origin/*"), new RefSpec("+refs/tags/*:refs/tags/*")), 0);
    }

    /** Where the one ref that was asked for is kept. */
    private static final String FETCHED = "refs/aideator/base";

    private void fetch(List<RefSpec> what, int depth) throws GitAPIException {
        FetchCommand fetch = new Git(repository)
                .fetch()
                .setRemote(address.text())
                .setRefSpecs(what)
                .setTagOpt(TagOpt.NO_TAGS)
                .setProgressMonitor(bounds)
                .setCredentialsProvider(credentials())
                .setTransportConfigCallback(transport -> {
                    transport.setTimeout(stallSeconds());
                    if (transport instanceof TransportHttp http) {
                        http.setHttpConnectionFactory(connections());
                    }
                });
        if (depth > 0) {
            fetch.setDepth(depth);
        }
        fetch.call();
    }

    private RevCommit commit(Target target) throws IOException {
        try (RevWalk walk = new RevWalk(repository)) {
            ObjectId id = repository.resolve((target.ref().isPresent() ? FETCHED : target.commit()) + "^{commit}");
            if (id == null) {
                throw CloneFailures.noSuchRef(target.name());
            }
            return walk.parseCommit(id);
        } catch (MissingObjectException | IncorrectObjectTypeException | AmbiguousObjectException e) {
            throw CloneFailures.noSuchRef(target.name());
        }
    }

    private GuardedConnections connections() {
        return new GuardedConnections(source.policy(), bounds, source.stallTimeout());
    }

    private CredentialsProvider credentials() {
        return new GitHubCredentials(source.gitHubToken());
    }

    private int stallSeconds() {
        return (int)
                Math.max(1, Math.min(Integer.MAX_VALUE, source.stallTimeout().toSeconds()));
    }
}
