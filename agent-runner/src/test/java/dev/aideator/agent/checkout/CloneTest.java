package dev.aideator.agent.checkout;

import dev.aideator.agent.end.Failure;
import dev.aideator.agent.git.GitServer;
import dev.aideator.agent.git.TestRepository;
import dev.aideator.agent.task.Task;
import dev.aideator.repository.HostPolicy;

import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class CloneTest {

    private static final HostPolicy LOCAL = new HostPolicy(true, Set.of());

    @TempDir
    Path folder;

    private GitServer server;
    private TestRepository repository;

    @BeforeEach
    void start() {
        server = new GitServer();
        repository = new TestRepository(folder.resolve("origin"));
    }

    @AfterEach
    void stop() {
        repository.close();
        server.close();
    }

    @Test
    void the_default_branch_is_cloned_over_http_and_from_a_folder() throws IOException {
        repository.file("README.md", "# Hello").commit("first", "ada");
        ObjectId head = repository.file("src/a.txt", "a").commit("second", "ada");
        server.serve("repo.git", repository.repository());

        for (String url : new String[] {
            server.url("repo.git"),
            folder.resolve("origin").toString(),
            folder.resolve("origin").toUri().toString()
        }) {
            try (Checkout checkout = clone(url)) {
                assertThat(checkout.commit().getId()).isEqualTo(head);
                assertThat(checkout.ref()).isEqualTo("main");
                assertThat(checkout.files().resolve("src/a.txt")).hasContent("a");
            }
        }
    }

    @Test
    void a_branch_a_tag_or_a_commit_may_be_asked_for() throws IOException {
        ObjectId first = repository.file("a", "1").commit("first", "ada");
        repository.ref("refs/heads/feature/x", first);
        repository.ref("refs/tags/v1", first);
        repository.file("a", "2").commit("second", "ada");
        server.serve("repo.git", repository.repository());

        for (String ref :
                new String[] {"feature/x", "v1", first.name(), first.name().substring(0, 10)}) {
            try (Checkout checkout = clone(source(server.url("repo.git")).ref(ref))) {
                assertThat(checkout.commit().getId()).as(ref).isEqualTo(first);
            }
        }
        assertThat(failure(source(server.url("repo.git")).ref("no-such-branch")))
                .isEqualTo("ref_not_found");
        assertThat(failure(source(server.url("repo.git")).ref("0123456789012345678901234567890123456789")))
                .isEqualTo("ref_not_found");
        assertThat(failure(source(server.url("repo.git")).ref("--upload-pack=touch /tmp/x")))
                .isEqualTo("ref_not_found");
    }

    @Test
    void no_more_history_is_fetched_than_asked_for() throws Exception {
        for (int i = 0; i < 30; i++) {
            repository.file("a", "version " + i).commit("change " + i, "ada");
        }
        server.serve("repo.git", repository.repository());

        try (Checkout checkout = clone(source(server.url("repo.git")).depth(7))) {
            assertThat(checkout.isShallow()).isTrue();
            assertThat(count(checkout)).isEqualTo(7);
        }
        try (Checkout checkout = clone(source(server.url("repo.git")).depth(0))) {
            assertThat(checkout.isShallow()).isFalse();
            assertThat(count(checkout)).isEqualTo(30);
        }
    }

    @Test
    void what_is_missing_empty_or_closed_is_told_apart() {
        repository.file("a", "1").commit("first", "ada");
        try (TestRepository empty = new TestRepository(folder.resolve("empty"))) {
            server.serve("empty.git", empty.repository())
                    .status("closed.git", 401)
                    .status("forbidden.git", 403);

            assertThat(failure(source(server.url("missing.git")))).isEqualTo("repo_not_found");
            assertThat(failure(source(folder.resolve("missing").toString()))).isEqualTo("repo_not_found");
            assertThat(failure(source(server.url("empty.git")))).isEqualTo("repo_empty");
            assertThat(failure(source(folder.resolve("empty").toString()))).isEqualTo("repo_empty");
            assertThat(failure(source(server.url("closed.git")))).isEqualTo("repo_auth_required");
            assertThat(failure(source(server.url("forbidden.git")))).isEqualTo("repo_auth_required");
            server.close();
            assertThat(failure(source(server.url("missing.git")))).isEqualTo("repo_unreachable");
        }
    }

    @Test
    void a_server_that_falls_silent_is_given_up_on() {
        server.stall("slow.git");
        assertThat(failure(source(server.url("slow.git")).stall(Duration.ofMillis(700))))
                .isEqualTo("repo_stalled");
        assertThat(failure(source(server.url("slow.git")).timeout(Duration.ofMillis(700))))
                .isEqualTo("repo_stalled");
    }

    @Test
    void a_repository_that_is_too_large_is_stopped_while_it_comes() {
        byte[] noise = new byte[3 << 20];
        new Random(1).nextBytes(noise);
        repository.file("noise.bin", noise).commit("large", "ada");
        server.serve("repo.git", repository.repository());

        assertThat(failure(source(server.url("repo.git")).maxBytes(1 << 20))).isEqualTo("repo_too_large");
        assertThat(failure(source(folder.resolve("origin").toString()).maxBytes(1 << 20)))
                .isEqualTo("repo_too_large");
    }

    @Test
    void a_small_pack_that_unfolds_to_much_is_not_written() throws IOException {
        repository.file("zeros", new byte[8 << 20]).commit("unfolds", "ada");
        server.serve("repo.git", repository.repository());

        try (Checkout checkout = clone(source(server.url("repo.git")).maxBytes(1 << 20))) {
            assertThat(catchThrowableOfType(Failure.class, checkout::files).code())
                    .isEqualTo("repo_too_large");
        }
    }

    @Test
    void addresses_that_lead_where_they_may_not_are_refused_also_by_redirect() {
        repository.file("a", "1").commit("first", "ada");
        server.serve("repo.git", repository.repository())
                .redirect("inside.git", server.url("repo.git"))
                .redirect("private.git", "http://10.11.12.13/repo.git")
                .redirect("metadata.git", "http://169.254.169.254/latest")
                .redirect("named.git", "http://localhost.:" + server.url("").split("[:/]+")[2] + "/repo.git")
                .redirect("file.git", "file:///etc/passwd");

        assertThat(failure(source("https://10.0.0.1/repo.git"))).isEqualTo("repo_refused");
        assertThat(failure(source("ext::sh -c id"))).isEqualTo("repo_refused");
        assertThat(failure(source("ssh://git@example.org/repo.git"))).isEqualTo("repo_refused");
        assertThat(failure(source(server.url("repo.git")).policy(new HostPolicy(false, Set.of()))))
                .isEqualTo("repo_refused");
        assertThat(failure(source("/etc").policy(new HostPolicy(false, Set.of()))))
                .isEqualTo("repo_refused");
        assertThat(failure(source(server.url("private.git")))).isEqualTo("repo_refused");
        assertThat(failure(source(server.url("metadata.git")))).isEqualTo("repo_refused");
        assertThat(failure(source(server.url("file.git")))).isNotEqualTo("none");
        assertThat(failure(source(server.url("inside.git")))).isEqualTo("none");
    }

    @Test
    void a_symbolic_link_leads_nowhere() throws IOException {
        repository
                .file("a", "1")
                .link("outside", "/etc/passwd")
                .link("up", "../../../../etc")
                .commit("links", "mallory");

        try (Checkout checkout = clone(folder.resolve("origin").toString())) {
            Path files = checkout.files();
            assertThat(Files.isRegularFile(files.resolve("outside"), LinkOption.NOFOLLOW_LINKS))
                    .isTrue();
            assertThat(files.resolve("outside")).hasContent("/etc/passwd");
            assertThat(Files.isRegularFile(files.resolve("up"), LinkOption.NOFOLLOW_LINKS))
                    .isTrue();
        }
    }

    @Test
    void nothing_is_written_to_a_home_folder() throws IOException {
        Path configuration = Path.of(System.getProperty("user.home"), ".config", "jgit", "config");
        boolean before = Files.exists(configuration);
        repository.file("a", "1").commit("first", "ada");
        clone(folder.resolve("origin").toString()).close();
        assertThat(Files.exists(configuration)).isEqualTo(before);
    }

    private Source source(String url) {
        return new Source(url, LOCAL, null, 100, 64 << 20, Duration.ofSeconds(20), Duration.ofSeconds(40));
    }

    private Checkout clone(String url) throws IOException {
        return clone(source(url));
    }

    private Checkout clone(Source source) throws IOException {
        return Clone.of(source.task(), Files.createTempDirectory(folder, "workspace"));
    }

    /** The code of what goes wrong, or {@code none}. */
    private String failure(Source source) {
        Failure failure =
                catchThrowableOfType(Failure.class, () -> clone(source).close());
        return failure == null ? "none" : failure.code();
    }

    private static int count(Checkout checkout) throws Exception {
        try (RevWalk walk = new RevWalk(checkout.repository())) {
            walk.markStart(walk.parseCommit(checkout.commit()));
            int count = 0;
            for (Object commit : walk) {
                count += commit == null ? 0 : 1;
            }
            return count;
        }
    }

    /** A source, changed where a test needs it. */
    private record Source(
            String url, HostPolicy policy, String ref, int depth, long maxBytes, Duration stall, Duration timeout) {

        Task.Source task() {
            return new Task.Source(
                    url, policy, Optional.ofNullable(ref), Optional.empty(), depth, maxBytes, stall, timeout);
        }

        Source ref(String changed) {
            return new Source(url, policy, changed, depth, maxBytes, stall, timeout);
        }

        Source depth(int changed) {
            return new Source(url, policy, ref, changed, maxBytes, stall, timeout);
        }

        Source maxBytes(long changed) {
            return new Source(url, policy, ref, depth, changed, stall, timeout);
        }

        Source stall(Duration changed) {
            return new Source(url, policy, ref, depth, maxBytes, changed, timeout);
        }

        Source timeout(Duration changed) {
            return new Source(url, policy, ref, depth, maxBytes, stall, changed);
        }

        Source policy(HostPolicy changed) {
            return new Source(url, changed, ref, depth, maxBytes, stall, timeout);
        }
    }
}
