package dev.aideator.agent.survey;

import dev.aideator.agent.checkout.Checkout;

import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.util.io.NullOutputStream;

import java.io.IOException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Who changed what when, as far as the history was fetched. */
final class History {

    static final class Changes {
        final String path;
        int commits;
        final Set<String> authors = new HashSet<>();
        Instant latest = Instant.EPOCH;
        int fixes;

        Changes(String path) {
            this.path = path;
        }
    }

    record Pair(String first, String second) {}

    /** The newest of them; older history says little of today's code. */
    private static final int MOST_COMMITS = 2000;
    /** A commit of more files is a move or a reformatting, and says nothing of what belongs together. */
    private static final int MOST_TOGETHER = 12;

    int commits;
    int merges;
    /** Commits whose changes could be told: those at the edge of a shallow clone have no parents here. */
    int diffed;

    boolean cut;
    final boolean shallow;
    Instant first;
    Instant latest;
    final Map<String, Integer> authors = new HashMap<>();
    final Map<YearMonth, Integer> months = new TreeMap<>();
    final Map<String, Changes> files = new HashMap<>();
    final Map<Pair, Integer> together = new HashMap<>();
    final List<String> latestSubjects = new ArrayList<>();

    private History(boolean shallow) {
        this.shallow = shallow;
    }

    static History of(Checkout checkout) throws IOException, InterruptedException {
        History history = new History(checkout.isShallow());
        Repository repository = checkout.repository();
        Set<?> edge = repository.getObjectDatabase().getShallowCommits();
        try (RevWalk walk = new RevWalk(repository);
                DiffFormatter diff = new DiffFormatter(NullOutputStream.INSTANCE)) {
            diff.setRepository(repository);
            diff.setDetectRenames(false);
            walk.sort(RevSort.COMMIT_TIME_DESC);
            walk.markStart(walk.parseCommit(checkout.commit()));
            for (RevCommit commit : walk) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (history.commits == MOST_COMMITS) {
                    history.cut = true;
                    break;
                }
                history.add(commit);
                if (commit.getParentCount() < 2 && !edge.contains(commit.getId())) {
                    RevCommit parent = commit.getParentCount() == 0 ? null : walk.parseCommit(commit.getParent(0));
                    history.add(commit, diff.scan(parent == null ? null : parent.getTree(), commit.getTree()));
                }
            }
        }
        return history;
    }

    private void add(RevCommit commit) {
        commits++;
        if (commit.getParentCount() > 1) {
            merges++;
        }
        PersonIdent author = commit.getAuthorIdent();
        Instant when = commit.getCommitterIdent() == null
                ? Instant.ofEpochSecond(commit.getCommitTime())
                : commit.getCommitterIdent().getWhenAsInstant();
        authors.merge(nameOf(author), 1, Integer::sum);
        months.merge(YearMonth.from(when.atZone(ZoneOffset.UTC)), 1, Integer::sum);
        first = first == null || when.isBefore(first) ? when : first;
        latest = latest == null || when.isAfter(latest) ? when : latest;
        if (latestSubjects.size() < 10) {
            latestSubjects.add(SecretLooking.redact(commit.getShortMessage()));
        }
    }

    private void add(RevCommit commit, List<DiffEntry> entries) {
        diffed++;
        Instant when = Instant.ofEpochSecond(commit.getCommitTime());
        String author = nameOf(commit.getAuthorIdent());
        boolean fix = commit.getShortMessage().matches("(?i).*\\b(fix(e[sd])?|bug|hotfix|regression)\\b.*");
        List<String> paths = new ArrayList<>();
        for (DiffEntry entry : entries) {
            String path =
                    entry.getChangeType() == DiffEntry.ChangeType.DELETE ? entry.getOldPath() : entry.getNewPath();
            Changes changes = files.computeIfAbsent(path, Changes::new);
            changes.commits++;
            changes.authors.add(author);
            changes.fixes += fix ? 1 : 0;
            changes.latest = changes.latest.isBefore(when) ? when : changes.latest;
            paths.add(path);
        }
        if (paths.size() <= MOST_TOGETHER) {
            Collections.sort(paths);
            for (int i = 0; i < paths.size(); i++) {
                for (int j = i + 1; j < paths.size(); j++) {
                    together.merge(new Pair(paths.get(i), paths.get(j)), 1, Integer::sum);
                }
            }
        }
    }

    private static String nameOf(PersonIdent author) {
        return author == null || author.getName().isBlank()
                ? "unknown"
                : author.getName().strip();
    }

    int commitsOf(String path) {
        Changes changes = files.get(path);
        return changes == null ? 0 : changes.commits;
    }

    /** Files that are still there, the most changed first. */
    List<Changes> mostChanged(Set<String> present, int count) {
        return files.values().stream()
                .filter(changes -> present.contains(changes.path))
                .sorted(Comparator.comparingInt((Changes changes) -> changes.commits)
                        .reversed()
                        .thenComparing(changes -> changes.path))
                .limit(count)
                .toList();
    }

    /** Whether there is enough to tell one file from another by it. */
    boolean tells() {
        return diffed >= 5;
    }

    /** How far back it goes, in words. */
    String extent() {
        return Markdown.count(commits, "commit")
                + (cut ? " (the newest ones)" : shallow ? " (the clone is shallow; there are older ones)" : "");
    }
}
