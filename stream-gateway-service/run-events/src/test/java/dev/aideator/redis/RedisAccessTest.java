package dev.aideator.redis;

import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RedisAccessTest {

    private static final String SECRET = "pa:ss@wo+rd";
    private static final String ENCODED = "pa%3Ass%40wo%2Brd";

    @TempDir
    Path folder;

    @Test
    void nothing_said_is_a_redis_on_this_machine() {
        RedisOptions options = access(Map.of()).options();

        assertThat(options.getType()).isEqualTo(RedisClientType.STANDALONE);
        assertThat(options.getEndpoints()).containsExactly("redis://127.0.0.1:6379");
        assertThat(options.getPassword()).isNull();
        assertThat(options.getNetClientOptions().isSsl()).isFalse();
    }

    @Test
    void the_variables_win_over_the_address() {
        Map<String, String> url = Map.of("REDIS_URL", "redis://joe:" + ENCODED + "@host:7000/3");
        Map<String, String> all = new HashMap<>(url);
        all.put("REDIS_USERNAME", "ann");
        all.put("REDIS_PASSWORD", "other");

        assertThat(access(url).options().getEndpoints()).containsExactly("redis://joe:" + ENCODED + "@host:7000/3");
        assertThat(access(all).options().getEndpoints()).containsExactly("redis://ann:other@host:7000/3");
    }

    @Test
    void a_password_alone_is_in_no_address() {
        for (Map<String, String> variables : List.of(
                Map.of("REDIS_URL", "redis://:" + ENCODED + "@host"),
                Map.of("REDIS_URL", "redis://host", "REDIS_PASSWORD", SECRET))) {
            RedisOptions options = access(variables).options();

            assertThat(options.getEndpoints()).containsExactly("redis://host:6379");
            assertThat(options.getPassword()).isEqualTo(SECRET);
        }
    }

    @Test
    void sentinels_have_ports_of_their_own_and_share_what_is_said_once() {
        RedisAccess access = access(Map.of(
                "REDIS_URL", "redis://:pass@a,b:26380, redis://c/2",
                "REDIS_MODE", "Sentinel",
                "REDIS_MASTER", "mymaster"));
        RedisOptions options = access.options();

        assertThat(options.getType()).isEqualTo(RedisClientType.SENTINEL);
        assertThat(options.getMasterName()).isEqualTo("mymaster");
        assertThat(options.getEndpoints())
                .containsExactly("redis://a:26379/2", "redis://b:26380/2", "redis://c:26379/2");
        assertThat(options.getPassword()).isEqualTo("pass");
        assertThat(access).hasToString("sentinel mymaster at a:26379, b:26380, c:26379 (with a password)");
    }

    @Test
    void subscribers_of_a_cluster_take_one_node_after_the_other() {
        RedisAccess access = access(Map.of("REDIS_URL", "rediss://a:7000,b:7001", "REDIS_MODE", "cluster"));

        assertThat(access.options().getType()).isEqualTo(RedisClientType.CLUSTER);
        assertThat(access.subscriberOptions(0).getType()).isEqualTo(RedisClientType.STANDALONE);
        assertThat(access.subscriberOptions(0).getEndpoints()).containsExactly("rediss://a:7000");
        assertThat(access.subscriberOptions(1).getEndpoints()).containsExactly("rediss://b:7001");
        assertThat(access.subscriberOptions(2).getEndpoints()).containsExactly("rediss://a:7000");
    }

    @Test
    void hosts_are_verified_unless_it_is_said_otherwise() {
        assertThat(access(Map.of("REDIS_URL", "rediss://host"))
                        .options()
                        .getNetClientOptions()
                        .getHostnameVerificationAlgorithm())
                .isEqualTo("HTTPS");
        assertThat(access(Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_VERIFY_HOST", "false"))
                        .options()
                        .getNetClientOptions()
                        .getHostnameVerificationAlgorithm())
                .isEmpty();
    }

    @Test
    void authorities_are_a_file_or_the_text_itself() throws Exception {
        Certificates certificates = Certificates.in(folder);
        String pem = Files.readString(certificates.authority());

        assertThat(access(Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_CA", pem))
                        .authorities())
                .map(String::strip)
                .contains(pem.strip());
        assertThat(access(Map.of(
                                "REDIS_URL",
                                "rediss://host",
                                "REDIS_TLS_CA",
                                certificates.authority().toString()))
                        .authorities())
                .contains(pem);
    }

    @Test
    void what_is_wrong_is_said_with_the_variable_and_without_the_password() {
        refuses(Map.of("REDIS_URL", "nonsense"), "REDIS_URL looks like redis://");
        refuses(Map.of("REDIS_URL", "http://:" + ENCODED + "@host"), "REDIS_URL looks like redis://");
        refuses(Map.of("REDIS_URL", "redis://:" + SECRET + "%@host"), "percent-encoded");
        refuses(Map.of("REDIS_URL", "redis://:" + ENCODED + "@host/db"), "number of a database");
        refuses(Map.of("REDIS_URL", "redis://host?password=" + ENCODED), "nothing behind a ?");
        refuses(Map.of("REDIS_URL", "redis://" + ENCODED + "@host"), "set REDIS_PASSWORD");
        refuses(Map.of("REDIS_URL", "redis://a,redis://b"), "set REDIS_MODE to sentinel or cluster");
        refuses(Map.of("REDIS_MODE", "clustered"), "REDIS_MODE is standalone, sentinel or cluster");
        refuses(Map.of("REDIS_MODE", "sentinel"), "REDIS_MASTER is not set");
        refuses(Map.of("REDIS_MASTER", "mymaster"), "set REDIS_MODE to sentinel");
        refuses(Map.of("REDIS_URL", "redis://a,rediss://b", "REDIS_MODE", "cluster"), "mixes redis:// and rediss://");
        refuses(Map.of("REDIS_URL", "redis://a/1", "REDIS_MODE", "cluster"), "none but 0");
        refuses(
                Map.of("REDIS_MODE", "cluster", "REDIS_USERNAME", "a b", "REDIS_PASSWORD", SECRET),
                "REDIS_USERNAME must be of");
        refuses(Map.of("REDIS_TLS_CA", "/etc/ca.crt"), "write rediss://");
        refuses(Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_CA", "/no/such.pem"), "/no/such.pem");
        refuses(
                Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_CA", "-----BEGIN NONSENSE-----"),
                "REDIS_TLS_CA has no certificate");
        refuses(Map.of("REDIS_URL", "rediss://host", "REDIS_TLS_VERIFY_HOST", "no"), "REDIS_TLS_VERIFY_HOST is true");
    }

    private static void refuses(Map<String, String> variables, String why) {
        assertThatThrownBy(() -> access(variables))
                .isInstanceOf(BadRedisSetting.class)
                .hasMessageContaining("REDIS_")
                .hasMessageContaining(why)
                .hasMessageNotContainingAny(SECRET, ENCODED)
                .hasNoCause();
    }

    private static RedisAccess access(Map<String, String> variables) {
        return RedisAccess.from(variables);
    }
}
