package dev.aideator.agent.task;

import dev.aideator.repository.HostPolicy;
import dev.aideator.repository.RepositoryAddress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is to be done: by whom, to which repository, within which bounds. */
public record Task(String prompt, Who who, String agentName, Source source, Duration deadline) {

    /** Which agent, with all that it alone needs. */
    public sealed interface Who {
        /** {@code lens} says which of its views the survey takes. */
        record Survey(int lens) implements Who {}

        /** {@code environment} has the variables that the operator hands on by name. */
        record Command(String line, Map<String, String> environment) implements Who {}

        record Llm(
                String baseUrl,
                Optional<String> apiKey,
                String model,
                Optional<Double> temperature,
                Optional<Integer> maxTokens)
                implements Who {}
    }

    /** Where the checkout comes from, and what it may cost. Throws nothing: the address is checked when it is cloned. */
    public record Source(
            String url,
            HostPolicy policy,
            Optional<String> ref,
            Optional<String> gitHubToken,
            int depth,
            long maxBytes,
            Duration stallTimeout,
            Duration timeout) {

        /** Throws {@link dev.aideator.repository.RefusedAddress}. */
        public RepositoryAddress address() {
            return RepositoryAddress.parse(url, policy);
        }
    }

    /** Throws {@link BadSetting}. */
    public static Task of(Settings settings, Attempt attempt) {
        Source source = new Source(
                settings.repositoryUrl().strip(),
                new HostPolicy(settings.allowsLocalRepositories(), settings.allowedRepositoryHosts()),
                settings.baseRef(),
                settings.gitHubToken(),
                settings.cloneDepth(),
                settings.maxRepositoryBytes(),
                settings.cloneStallTimeout(),
                settings.cloneTimeout());
        Who who = who(settings, attempt);
        return new Task(prompt(settings), who, settings.agentName(), source, settings.deadline());
    }

    private static Who who(Settings settings, Attempt attempt) {
        return switch (settings.agent()) {
            case "survey" -> new Who.Survey(attempt.variation().index());
            case "command" -> {
                Map<String, String> environment = new LinkedHashMap<>();
                settings.commandEnvironment()
                        .forEach(name -> settings.text(name).ifPresent(value -> environment.put(name, value)));
                String line = settings.agentCommand()
                        .orElseThrow(() -> new BadSetting("AGENT_COMMAND is not set; the agent command runs it."));
                yield new Who.Command(line, environment);
            }
            case "llm" -> {
                String model =
                        settings.model().orElseThrow(() -> new BadSetting("MODEL is not set; the agent llm asks it."));
                yield new Who.Llm(
                        settings.openAiBaseUrl(),
                        settings.openAiApiKey(),
                        model,
                        settings.temperature(),
                        settings.maxTokens());
            }
            case String other -> throw new BadSetting("AGENT is survey, command or llm, not \"" + other + "\".");
        };
    }

    private static String prompt(Settings settings) {
        Optional<Path> file = settings.promptFile();
        if (file.isPresent()) {
            try {
                return new String(Files.readAllBytes(file.get()), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new BadSetting("PROMPT_FILE can't be read: " + e.getMessage() + ".");
            }
        }
        return settings.prompt().orElseThrow(() -> new BadSetting("Neither PROMPT nor PROMPT_FILE is set."));
    }
}
