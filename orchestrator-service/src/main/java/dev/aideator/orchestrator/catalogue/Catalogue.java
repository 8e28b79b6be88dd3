package dev.aideator.orchestrator.catalogue;

import org.jboss.logging.Logger;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import jakarta.enterprise.context.ApplicationScoped;

/** The agents and models that a run can ask for, and for those that it can't, why. */
@ApplicationScoped
public class Catalogue {

    private static final Logger LOG = Logger.getLogger(Catalogue.class);

    private static final String LLM = "llm";
    private static final String NO_KEY = "Set OPENAI_API_KEY, or OPENAI_BASE_URL to an OpenAI-compatible endpoint of"
            + " your own, and start AIdeator again.";
    private static final List<String> COMMON_MODELS =
            List.of("gpt-4o-mini", "gpt-4o", "gpt-4.1-mini", "gpt-4.1", "o4-mini");

    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final List<Model> models;
    private final String defaultAgent;

    Catalogue(CatalogueConfig config, CommandAgents commands) {
        String whyNoModels = hasEndpoint(config) ? null : NO_KEY;
        this.models = config.models().orElse(COMMON_MODELS).stream()
                .map(name -> new Model(name.strip(), LLM, whyNoModels))
                .toList();
        add(new Agent.BuiltIn(
                "survey",
                "Survey",
                "Reads the repository without a model and reports what is in it: languages, entry points, dependencies,"
                        + " hot spots, tests and risks. Each variation looks through another lens.",
                false));
        add(llm(whyNoModels));
        add(cli("claude-code", "Claude Code", "Anthropic's coding agent", "claude -p"));
        add(cli("codex", "Codex", "OpenAI's coding agent", "codex exec -"));
        add(cli("opencode", "OpenCode", "An open source coding agent", "opencode run"));
        commands.lines().forEach(this::addCommand);
        this.defaultAgent = config.defaultAgent();
        if (!agents.containsKey(defaultAgent)) {
            LOG.warnf("AIDEATOR_DEFAULT_AGENT names no agent agent=%s known=%s", defaultAgent, agents.keySet());
        }
    }

    private static boolean hasEndpoint(CatalogueConfig config) {
        boolean key = config.openaiApiKey().filter(k -> !k.isBlank()).isPresent();
        return key
                || config.openaiBaseUrl()
                        .filter(url -> !url.isBlank() && !isOpenAi(url.strip()))
                        .isPresent();
    }

    private static boolean isOpenAi(String url) {
        try {
            return "api.openai.com".equalsIgnoreCase(URI.create(url).getHost());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Agent llm(String whyNot) {
        String title = "Language model";
        String description = "One answer of a language model that has seen the repository's outline, from any"
                + " OpenAI-compatible endpoint.";
        return whyNot == null
                ? new Agent.BuiltIn(LLM, title, description, true)
                : new Agent.Unavailable(LLM, title, description, true, whyNot);
    }

    private static Agent cli(String name, String title, String description, String line) {
        String variable =
                "AIDEATOR_COMMAND_AGENTS_" + name.toUpperCase(Locale.ROOT).replace('-', '_') + "_COMMAND";
        return new Agent.Unavailable(
                name,
                title,
                description + ", run by its command line.",
                false,
                "This build does not bring it along. Install it and name it as a command agent: set " + variable + "=\""
                        + line + "\" and start AIdeator again.");
    }

    private void addCommand(String name, String line) {
        if (agents.get(name) instanceof Agent.BuiltIn || name.equals(LLM)) {
            LOG.warnf("A command agent can't take the name of a built-in agent agent=%s", name);
        } else {
            add(new Agent.Command(name, line));
        }
    }

    private void add(Agent agent) {
        agents.put(agent.name(), agent);
    }

    public List<Agent> agents() {
        return List.copyOf(agents.values());
    }

    public Optional<Agent> agent(String name) {
        return Optional.ofNullable(agents.get(name));
    }

    public List<Model> models() {
        return models;
    }

    /** The agent of a run that names neither an agent nor a model. */
    public String defaultAgent() {
        return defaultAgent;
    }
}
