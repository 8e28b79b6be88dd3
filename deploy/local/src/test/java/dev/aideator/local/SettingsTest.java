package dev.aideator.local;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingsTest {

    private static final Path CHECKOUT = Path.of("/somewhere/aideator");

    @Test
    void has_the_documented_defaults() {
        Settings settings = Settings.from(Map.of(), CHECKOUT);
        assertThat(settings.home()).isEqualTo(CHECKOUT.resolve(".aideator"));
        assertThat(settings.orchestrator()).hasToString("http://localhost:8000");
        assertThat(settings.gateway()).hasToString("http://localhost:8001");
        assertThat(settings.redisPort()).isEqualTo(6379);
        assertThat(settings.postgresPort()).isEqualTo(5433);
        assertThat(settings.redisUrl()).isEmpty();
    }

    @Test
    void an_empty_value_is_none() {
        Settings settings = Settings.from(Map.of("REDIS_URL", " ", "AIDEATOR_PORT", ""), CHECKOUT);
        assertThat(settings.redisUrl()).isEmpty();
        assertThat(settings.port()).isEqualTo(8000);
    }

    @Test
    void of_several_tokens_the_first_is_ours_to_use() {
        assertThat(Settings.from(Map.of("AIDEATOR_API_TOKEN", " , new,old"), CHECKOUT)
                        .apiToken())
                .contains("new");
        assertThat(Settings.from(Map.of("AIDEATOR_API_TOKEN", " "), CHECKOUT).apiToken())
                .isEmpty();
    }

    @Test
    void a_port_that_is_none_is_refused_by_name() {
        assertThatThrownBy(() -> Settings.from(Map.of("AIDEATOR_GATEWAY_PORT", "many"), CHECKOUT))
                .isInstanceOf(Refusal.class)
                .hasMessage("AIDEATOR_GATEWAY_PORT must be a port number from 1 to 65535, not \"many\".");
    }

    @Test
    void what_describes_a_redis_of_the_users_own_is_for_that_one_only() {
        Map<String, String> sentinel = Map.of("REDIS_MODE", "sentinel", "REDIS_MASTER", "mymaster");
        Settings ours = Settings.from(sentinel, CHECKOUT);
        assertThat(ours.redis("redis://127.0.0.1:6379"))
                .hasToString("standalone at 127.0.0.1:6379 (without a password)");
        assertThat(Service.gateway(ours, "redis://127.0.0.1:6379", "secret").environment())
                .containsEntry("REDIS_URL", "redis://127.0.0.1:6379")
                .containsEntry("REDIS_MODE", "")
                .containsEntry("REDIS_MASTER", "");

        Map<String, String> own = new HashMap<>(sentinel);
        own.put("REDIS_URL", "redis://a,redis://b");
        Settings theirs = Settings.from(own, CHECKOUT);
        assertThat(theirs.redis("redis://a,redis://b"))
                .hasToString("sentinel mymaster at a:26379, b:26379 (without a password)");
        assertThat(Service.gateway(theirs, "redis://a,redis://b", "secret").environment())
                .containsAllEntriesOf(own);

        own.remove("REDIS_MASTER");
        assertThatThrownBy(() -> Settings.from(own, CHECKOUT).redis("redis://a,redis://b"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("REDIS_MASTER is not set");
    }

    @Test
    void what_the_user_set_stands_and_the_rest_is_made_convenient() {
        Settings settings =
                Settings.from(Map.of("AIDEATOR_ALLOW_LOCAL_REPOS", "false", "AIDEATOR_ALLOW_ADHOC_RUNS", ""), CHECKOUT);
        Service orchestrator = Service.orchestrator(settings, "redis://r", "postgresql://d", "secret");
        assertThat(orchestrator.environment())
                .containsEntry("AIDEATOR_ALLOW_LOCAL_REPOS", "false")
                .containsEntry("AIDEATOR_ALLOW_ADHOC_RUNS", "true")
                .containsEntry("AIDEATOR_INTERNAL_TOKEN", "secret")
                .containsEntry("AIDEATOR_ATTEMPTS_DIR", "/somewhere/aideator/.aideator/attempts");
    }
}
