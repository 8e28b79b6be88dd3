package dev.aideator.repository;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

class RepositoryAddressTest {

    private static final HostPolicy STRICT = new HostPolicy(false, Set.of());
    private static final HostPolicy LOCAL = new HostPolicy(true, Set.of());
    private static final HostPolicy INTRANET = new HostPolicy(false, Set.of("git.corp", "10.0.0.7"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://github.com/owner/name",
                "https://github.com/owner/name.git",
                "HTTPS://GitHub.com/owner/name",
                "https://git.example.org:8443/deep/er/path",
                "https://8.8.8.8/name"
            })
    void plain_https_to_a_host_is_taken(String text) {
        assertThat(RepositoryAddress.parse(text, STRICT)).isInstanceOf(RepositoryAddress.Remote.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "github.com/owner/name",
                "ext::sh -c id",
                "ext::sh",
                "git@github.com:owner/name",
                "ssh://git@github.com/owner/name",
                "git://github.com/owner/name",
                "http://github.com/owner/name",
                "file:///etc",
                "/etc",
                "--upload-pack=id",
                "-https://github.com/a/b",
                "https://user:pass@github.com/a/b",
                "https://user@github.com/a/b",
                "https:///a/b",
                "https://github.com",
                "https://github.com/",
                "https://github.com/a/b?x=y",
                "https://github.com/a/b#c",
                "https://github.com:65536/a/b",
                "https://github.com/a b",
                "https://git\n.com/a",
                "https://-oProxyCommand=id/a",
                "https://github.com/--upload-pack=id",
                "javascript:alert(1)",
                "https:a/b"
            })
    void everything_else_is_refused_with_a_sentence(String text) {
        assertThatExceptionOfType(RefusedAddress.class)
                .isThrownBy(() -> RepositoryAddress.parse(text, STRICT))
                .satisfies(refused -> assertThat(refused.getMessage()).endsWith("."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://localhost/a", "https://127.0.0.1/a", "https://127.1/a", "https://2130706433/a",
                "https://0x7f000001/a", "https://0177.0.0.1/a", "https://10.1.2.3/a", "https://172.16.0.1/a",
                "https://192.168.1.1/a", "https://169.254.169.254/latest", "https://100.64.0.1/a", "https://0.0.0.0/a",
                "https://[::1]/a", "https://[fd00::1]/a", "https://[fe80::1]/a", "https://[::ffff:10.0.0.1]/a",
                "https://[64:ff9b::a00:1]/a", "https://255.255.255.255/a"
            })
    void a_private_address_is_refused_however_it_is_written(String text) {
        assertThatExceptionOfType(RefusedAddress.class).isThrownBy(() -> RepositoryAddress.parse(text, STRICT));
    }

    @Test
    void this_machine_is_taken_only_where_it_is_allowed() {
        assertThat(RepositoryAddress.parse("file:///home/me/project", LOCAL).text())
                .isEqualTo("/home/me/project");
        assertThat(RepositoryAddress.parse("/home/me/../me/project", LOCAL).text())
                .isEqualTo("/home/me/project");
        assertThat(RepositoryAddress.parse("http://localhost:8080/a.git", LOCAL).text())
                .isEqualTo("http://localhost:8080/a.git");
        assertThat(RepositoryAddress.parse("http://127.0.0.1:8080/a.git", LOCAL).text())
                .isEqualTo("http://127.0.0.1:8080/a.git");
        assertThatExceptionOfType(RefusedAddress.class)
                .isThrownBy(() -> RepositoryAddress.parse("https://10.0.0.7/a", LOCAL));
        assertThatExceptionOfType(RefusedAddress.class)
                .isThrownBy(() -> RepositoryAddress.parse("file://host/share", LOCAL));
    }

    @Test
    void a_private_host_is_taken_only_where_it_is_named() {
        assertThatNoException().isThrownBy(() -> RepositoryAddress.parse("https://git.corp/a", INTRANET));
        assertThatNoException().isThrownBy(() -> RepositoryAddress.parse("https://10.0.0.7/a", INTRANET));
        assertThatExceptionOfType(RefusedAddress.class)
                .isThrownBy(() -> RepositoryAddress.parse("https://10.0.0.8/a", INTRANET));
    }

    @Test
    void a_name_is_checked_again_by_where_it_leads() throws UnknownHostException {
        InetAddress inside = InetAddress.getByAddress("innocent.example", new byte[] {10, 0, 0, 1});

        assertThatExceptionOfType(RefusedAddress.class)
                .isThrownBy(() -> STRICT.check("innocent.example", inside))
                .withMessageContaining("AIDEATOR_ALLOWED_REPO_HOSTS");
        assertThatNoException().isThrownBy(() -> INTRANET.check("GIT.CORP.", inside));
        assertThatExceptionOfType(RefusedAddress.class).isThrownBy(() -> STRICT.resolve("localhost"));
        assertThatNoException().isThrownBy(() -> LOCAL.resolve("localhost"));
    }
}
