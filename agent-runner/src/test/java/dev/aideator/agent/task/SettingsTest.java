package dev.aideator.agent.task;

import dev.aideator.redis.RedisAccess;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingsTest {

    @TempDir
    Path folder;

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

    @Test
    void a_mounted_secret_is_read_and_the_environment_wins() throws IOException {
        // As Kubernetes mounts one: links to links, so that all files change at once.
        Path data = Files.createDirectory(folder.resolve("..2026_01_01_00_00_00.123456789"));
        Files.createSymbolicLink(folder.resolve("..data"), data.getFileName());
        for (String name : List.of("OPENAI_API_KEY", "GITHUB_TOKEN", "MODEL", "prompt", "no-variable", "KEY.pem")) {
            Files.writeString(data.resolve(name), "file:" + name + "\n");
            Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
        }
        Files.write(folder.resolve("KEYSTORE"), new byte[] {(byte) 0xfe, (byte) 0xed, 0});
        Files.createDirectory(folder.resolve("FOLDER"));

        Settings settings = new Settings(Map.of(
                        "SETTINGS_DIR", folder.toString(),
                        "MODEL", "from the environment",
                        "GITHUB_TOKEN", "",
                        "SECRET_NAMES", "SECRET"))
                .withFiles();

        assertThat(settings.text("OPENAI_API_KEY")).contains("file:OPENAI_API_KEY");
        assertThat(settings.text("MODEL")).contains("from the environment");
        assertThat(settings.text("GITHUB_TOKEN")).contains("file:GITHUB_TOKEN");
        assertThat(Stream.of("prompt", "no-variable", "KEY.pem", "KEYSTORE", "FOLDER", "..data"))
                .allMatch(name -> settings.text(name).isEmpty());
        assertThat(Secrets.of(settings).values()).containsExactlyInAnyOrder("file:OPENAI_API_KEY", "file:GITHUB_TOKEN");
    }

    @Test
    void secrets_in_files_are_secrets_as_those_in_variables_are() throws IOException {
        Files.writeString(folder.resolve("REDIS_URL"), "redis://agent:from-the-file@redis:6379\n");
        Files.writeString(folder.resolve("MINE"), "mine, on\ntwo lines\n\n");
        Settings settings = new Settings(Map.of("SETTINGS_DIR", folder.toString(), "SECRET_NAMES", "MINE")).withFiles();
        assertThat(settings.redis()).map(RedisAccess::toString).contains("standalone at redis:6379 (with a password)");
        assertThat(Secrets.of(settings).values())
                .containsExactlyInAnyOrder("from-the-file", "mine, on\ntwo lines", "mine, on", "two lines");
    }

    @Test
    void a_password_is_masked_in_a_list_of_addresses_as_well() {
        assertThat(Secrets.of(new Settings(Map.of("REDIS_URL", "redis://a:first%2Bpass@b:1,redis://a:second+pass@c:1")))
                        .values())
                .contains("first+pass", "second+pass", "second pass");
    }

    @Test
    void an_attempt_goes_on_without_a_redis_that_is_badly_described() {
        Map<String, String> variables = Map.of("RUN_ID", "run", "VARIATION_ID", "0", "REDIS_URL", "nonsense");
        assertThat(Attempt.of(new Settings(variables)).redis()).isEmpty();
    }

    @Test
    void a_folder_of_settings_that_is_not_there_is_named() {
        Settings settings =
                new Settings(Map.of("SETTINGS_DIR", folder.resolve("missing").toString()));
        assertThatThrownBy(settings::withFiles)
                .isInstanceOf(BadSetting.class)
                .hasMessageContaining("SETTINGS_DIR")
                .hasMessageContaining("missing");
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
