package dev.aideator.orchestrator.catalogue;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class CatalogueTest {

    private static Catalogue catalogue(String... settings) {
        SmallRyeConfigBuilder config = new SmallRyeConfigBuilder().withMapping(CatalogueConfig.class);
        for (int i = 0; i < settings.length; i += 2) {
            config.withDefaultValue(settings[i], settings[i + 1]);
        }
        var built = config.build();
        return new Catalogue(built.getConfigMapping(CatalogueConfig.class), new CommandAgents(built));
    }

    @Test
    void survey_runs_without_anything_and_is_the_first_choice() {
        Catalogue catalogue = catalogue();
        assertThat(catalogue.agent("survey")).containsInstanceOf(Agent.BuiltIn.class);
        assertThat(catalogue.defaultAgent()).isEqualTo("survey");
    }

    @Test
    void a_model_without_a_key_says_which_variable_to_set() {
        Catalogue catalogue = catalogue();
        assertThat(catalogue.agent("llm").orElseThrow())
                .isInstanceOfSatisfying(
                        Agent.Unavailable.class,
                        agent -> assertThat(agent.reason()).contains("OPENAI_API_KEY"));
        assertThat(catalogue.models()).isNotEmpty().allSatisfy(model -> {
            assertThat(model.available()).isFalse();
            assertThat(model.reason()).contains("OPENAI_API_KEY");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "openai-api-key,sk-1,true",
        "openai-api-key,' ',false",
        "openai-base-url,http://localhost:11434/v1,true",
        "openai-base-url,https://api.openai.com/v1,false",
        "openai-base-url,https://API.OpenAI.com/v1,false"
    })
    void a_key_or_an_endpoint_of_ones_own_is_enough(String setting, String value, boolean available) {
        Catalogue catalogue = catalogue("aideator.catalogue." + setting, value);
        assertThat(catalogue.models()).allMatch(model -> model.available() == available);
        assertThat(catalogue.agent("llm").orElseThrow() instanceof Agent.BuiltIn)
                .isEqualTo(available);
    }

    @Test
    void models_are_those_that_the_operator_names() {
        assertThat(catalogue("aideator.catalogue.models", "qwen3:8b, llama3").models())
                .extracting(Model::name)
                .containsExactly("qwen3:8b", "llama3");
    }

    @ParameterizedTest
    @CsvSource({
        "AIDEATOR_COMMAND_AGENTS_AIDER_COMMAND,aider",
        "AIDEATOR_COMMAND_AGENTS_MY_TOOL_COMMAND,my-tool",
        "aideator.command-agents.my-tool.command,my-tool",
        "aideator.command-agents.\"my-tool\".command,my-tool",
        "AIDEATOR_COMMAND_AGENTS__COMMAND,",
        "AIDEATOR_DEFAULT_AGENT,"
    })
    void a_command_agent_has_the_name_of_its_variable(String property, String name) {
        assertThat(CommandAgents.nameIn(property)).isEqualTo(name);
    }

    @Test
    void a_command_agent_is_listed_and_takes_the_place_of_one_that_this_build_lacks() {
        Catalogue catalogue = catalogue(
                "AIDEATOR_COMMAND_AGENTS_ECHO_COMMAND", "cat",
                "aideator.command-agents.claude-code.command", "claude -p",
                "AIDEATOR_COMMAND_AGENTS_BLANK_COMMAND", " ");
        assertThat(catalogue.agent("echo")).contains(new Agent.Command("echo", "cat"));
        assertThat(catalogue.agent("claude-code")).contains(new Agent.Command("claude-code", "claude -p"));
        assertThat(catalogue.agent("blank")).isEmpty();
        assertThat(catalogue.agent("codex").orElseThrow())
                .isInstanceOfSatisfying(
                        Agent.Unavailable.class,
                        agent -> assertThat(agent.reason()).contains("AIDEATOR_COMMAND_AGENTS_CODEX_COMMAND"));
    }

    @Test
    void a_command_agent_does_not_hide_a_built_in_one() {
        Catalogue catalogue = catalogue(
                "AIDEATOR_COMMAND_AGENTS_SURVEY_COMMAND", "cat", "AIDEATOR_COMMAND_AGENTS_LLM_COMMAND", "cat");
        assertThat(catalogue.agents()).noneMatch(Agent.Command.class::isInstance);
    }

    @Test
    void command_lines_come_from_the_environment_as_they_stand_there() {
        var config = new SmallRyeConfigBuilder()
                .withSources(new io.smallrye.config.EnvConfigSource(
                        Map.of("AIDEATOR_COMMAND_AGENTS_MY_TOOL_COMMAND", "run --in ${HOME} it"), 300))
                .addDefaultInterceptors()
                .build();
        assertThat(new CommandAgents(config).lines()).isEqualTo(Map.of("my-tool", "run --in ${HOME} it"));
    }
}
