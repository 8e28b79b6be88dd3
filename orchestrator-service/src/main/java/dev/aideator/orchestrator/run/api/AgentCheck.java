package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.catalogue.Agent;
import dev.aideator.orchestrator.catalogue.Catalogue;
import dev.aideator.orchestrator.catalogue.Model;
import dev.aideator.orchestrator.edge.ProblemException;
import dev.aideator.orchestrator.edge.Texts;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.api.RunRequest.AgentConfig;
import dev.aideator.orchestrator.run.api.RunRequest.AgentRequest;
import dev.aideator.orchestrator.run.api.RunRequest.Parameters;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** Settles which agent works on a variation, with which model and parameters, and that it can. */
@ApplicationScoped
class AgentCheck {

    private static final String LLM = "llm";
    private static final String CLAUDE_CODE = "claude-code";
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}");
    private static final double HOTTEST = 2;

    private final Catalogue catalogue;

    AgentCheck(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** {@code own} is the variation's entry in agents, null where the run has none; {@code where} names it. */
    AgentChoice check(RunRequest request, AgentRequest own, String where) {
        AgentConfig all = request.agentConfig() == null ? new AgentConfig(null, null, null) : request.agentConfig();
        AgentRequest one = own == null ? new AgentRequest(null, null, null) : own;
        Parameters parameters = one.parameters() == null ? new Parameters(null, null) : one.parameters();
        String parametersAt = own == null ? where : where + ".parameters";

        String model = model(first(blankAsNull(one.model()), blankAsNull(all.model())), where);
        Double temperature = temperature(first(parameters.temperature(), all.temperature()), parametersAt);
        Integer maxTokens = maxTokens(first(parameters.maxTokens(), all.maxTokens()), parametersAt);
        Agent agent = available(name(request, one, model), model);
        if (agent.needsModel() && model == null) {
            throw invalid(
                    "model-missing",
                    "This agent needs a model",
                    "The agent " + agent.name() + " needs a model: give " + where + ".model, such as "
                            + catalogue.models().stream()
                                    .map(Model::name)
                                    .findFirst()
                                    .orElse("gpt-4o-mini") + ".");
        }
        // A built-in agent without a model must not be shown as if the model had spoken.
        boolean takesModel = agent.needsModel() || agent instanceof Agent.Command;
        return new AgentChoice(agent.name(), takesModel ? model : null, temperature, maxTokens);
    }

    private String name(RunRequest request, AgentRequest one, String model) {
        if (blankAsNull(one.agent()) != null) {
            return one.agent().strip();
        }
        if (Boolean.TRUE.equals(request.useClaudeCode())) {
            return CLAUDE_CODE;
        }
        return model == null ? catalogue.defaultAgent() : LLM;
    }

    private Agent available(String name, String model) {
        Agent agent = catalogue.agent(name).orElseThrow(() -> unknown(name));
        return switch (agent) {
            case Agent.BuiltIn builtIn -> builtIn;
            case Agent.Command command -> command;
            case Agent.Unavailable away
            when away.name().equals(LLM) && model != null ->
                throw invalid(
                        "model-without-key",
                        "The model can't be used without a key",
                        "The model " + model + " needs a key. " + away.reason());
            case Agent.Unavailable away ->
                throw invalid(
                        "agent-unavailable",
                        "This agent can't run here",
                        "The agent " + away.name() + " can't run here. " + away.reason());
        };
    }

    private ProblemException unknown(String name) {
        String known = catalogue.agents().stream()
                .filter(agent -> !(agent instanceof Agent.Unavailable))
                .map(Agent::name)
                .collect(Collectors.joining(", "));
        return invalid(
                "unknown-agent",
                "There is no such agent",
                "No agent is called \"" + Texts.shown(name) + "\"; here run " + known + ".");
    }

    private static String model(String model, String where) {
        if (model != null && !MODEL.matcher(model).matches()) {
            throw invalid(
                    "model-invalid",
                    "This is no model's name",
                    where + ".model is a name such as gpt-4o-mini; you sent \"" + Texts.shown(model) + "\".");
        }
        return model;
    }

    private static Double temperature(Double temperature, String where) {
        if (temperature != null && !(temperature >= 0 && temperature <= HOTTEST)) {
            throw invalid(
                    "temperature-out-of-range",
                    "temperature must be 0 to 2",
                    where + ".temperature is " + temperature + "; give a number from 0 to 2, or leave it out.");
        }
        return temperature;
    }

    private static Integer maxTokens(Integer maxTokens, String where) {
        if (maxTokens != null && maxTokens < 1) {
            throw invalid(
                    "max-tokens-out-of-range",
                    "max_tokens must be at least 1",
                    where + ".max_tokens is " + maxTokens + "; give a whole number from 1, or leave it out.");
        }
        return maxTokens;
    }

    private static String blankAsNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static <T> T first(T own, T common) {
        return own == null ? common : own;
    }
}
