package dev.aideator.agent.task;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingsTest {

    @Test
    void a_prompt_stays_as_it_was_written() {
        Task task = task(Map.of("PROMPT", "say ${HOME}, \\${x} and a,b"));
        assertThat(task.prompt()).isEqualTo("say ${HOME}, \\${x} and a,b");
    }

    @Test
    void defaults_are_those_that_are_documented() {
        Task task = task(Map.of("PROMPT", "p"));
        assertThat(task.who()).isEqualTo(new Task.Who.Survey(2));
        assertThat(task.deadline()).isEqualTo(Duration.ofMinutes(30));
        assertThat(task.source().depth()).isEqualTo(100);
        assertThat(task.source().maxBytes()).isEqualTo(512L << 20);
    }

    @Test
    void times_are_read_in_both_forms() {
        assertThat(task(Map.of("PROMPT", "p", "DEADLINE", "90")).deadline()).isEqualTo(Duration.ofSeconds(90));
        assertThat(task(Map.of("PROMPT", "p", "DEADLINE", "1500ms")).deadline()).isEqualTo(Duration.ofMillis(1500));
        assertThat(task(Map.of("PROMPT", "p", "DEADLINE", "2h")).deadline()).isEqualTo(Duration.ofHours(2));
        assertThat(task(Map.of("PROMPT", "p", "DEADLINE", "PT30M")).deadline()).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void a_bad_setting_is_named() {
        assertBad(Map.of(), "PROMPT");
        assertBad(Map.of("PROMPT", "p", "DEADLINE", "soon"), "DEADLINE");
        assertBad(Map.of("PROMPT", "p", "CLONE_DEPTH", "-1"), "CLONE_DEPTH");
        assertBad(Map.of("PROMPT", "p", "MAX_REPO_BYTES", "much"), "MAX_REPO_BYTES");
        assertBad(Map.of("PROMPT", "p", "AGENT", "oracle"), "AGENT");
        assertBad(Map.of("PROMPT", "p", "AGENT", "command"), "AGENT_COMMAND");
        assertBad(Map.of("PROMPT", "p", "AGENT", "llm"), "MODEL");
        assertBad(Map.of("PROMPT", "p", "AGENT", "llm", "MODEL", "m", "TEMPERATURE", "hot"), "TEMPERATURE");
        assertBad(Map.of("PROMPT", "p", "RUN_ID", "a/b"), "RUN_ID");
        assertBad(Map.of("PROMPT", "p", "VARIATION_ID", "-1"), "VARIATION_ID");
        assertBad(Map.of("PROMPT", "p", "EPOCH", "0"), "EPOCH");
        assertBad(Map.of("PROMPT_FILE", "/no/such/file"), "PROMPT_FILE");
    }

    @Test
    void secrets_are_gathered_from_wherever_they_are_named() {
        Secrets secrets = Secrets.of(new Settings(Map.of(
                "OPENAI_API_KEY", "sk-openai",
                "GITHUB_TOKEN", "ghp_token\n",
                "SECRET_NAMES", "MY_SECRET, MY_KEY,MISSING",
                "MY_SECRET", "mine!",
                "MY_KEY", "first line\nsecond line\nx",
                "COMMAND_ENV", "FOR_COMMAND",
                "FOR_COMMAND", "for-command",
                "OPENAI_BASE_URL", "https://me:model-pass@host/v1",
                "REPO_URL", "https://me:repo-pass@host/a/b",
                "REDIS_URL", "redis://user:p%40ssword@host:6379")));
        assertThat(secrets.values())
                .contains("sk-openai", "ghp_token", "mine!", "first line", "second line", "for-command")
                .contains("p%40ssword", "p@ssword", "model-pass", "repo-pass")
                .doesNotContain("x");
    }

    private static void assertBad(Map<String, String> changes, String name) {
        assertThatThrownBy(() -> task(changes)).isInstanceOf(BadSetting.class).hasMessageContaining(name);
    }

    private static Task task(Map<String, String> changes) {
        Map<String, String> environment =
                new HashMap<>(Map.of("RUN_ID", "r", "VARIATION_ID", "2", "REPO_URL", "https://github.com/a/b"));
        environment.putAll(changes);
        Settings settings = new Settings(environment);
        return Task.of(settings, Attempt.of(settings));
    }
}
