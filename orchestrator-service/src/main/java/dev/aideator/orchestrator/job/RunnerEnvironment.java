package dev.aideator.orchestrator.job;

import dev.aideator.events.AttemptFolder;
import dev.aideator.orchestrator.catalogue.Agent;
import dev.aideator.orchestrator.catalogue.Catalogue;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.VariationRef;

import org.eclipse.microprofile.config.Config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jakarta.enterprise.context.ApplicationScoped;

/** The environment variables that tell a runner what to do: these and no others, so that no secret strays to it. */
@ApplicationScoped
class RunnerEnvironment {

    /** What any program on this machine expects to find. */
    private static final List<String> SURROUNDINGS = List.of(
            "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "JAVA_HOME");

    /** How the operator set up all runners. */
    private static final List<String> SETTINGS = List.of(
            "AIDEATOR_ALLOW_LOCAL_REPOS",
            "AIDEATOR_ALLOWED_REPO_HOSTS",
            "CLONE_DEPTH",
            "CLONE_STALL_TIMEOUT",
            "CLONE_TIMEOUT",
            "MAX_REPO_BYTES",
            "MAX_OUTPUT_BYTES",
            "GITHUB_TOKEN");

    /** What the operator gives to programs: lists of names, and what those name. */
    private static final List<String> COMMAND_VARIABLES = List.of("COMMAND_ENV", "SECRET_NAMES");

    private static final List<String> MODEL_ACCESS = List.of("OPENAI_API_KEY", "OPENAI_BASE_URL");

    private final Config config;
    private final Catalogue catalogue;
    private final JobConfig jobs;

    RunnerEnvironment(Config config, Catalogue catalogue, JobConfig jobs) {
        this.config = config;
        this.catalogue = catalogue;
        this.jobs = jobs;
    }

    /** Throws {@link JobLauncher.NotStartable} for an agent that is not to be had here. */
    Map<String, String> of(Assignment assignment, AttemptFolder folder) {
        Map<String, String> environment = new TreeMap<>();
        passOn(environment, SURROUNDINGS);
        passOn(environment, SETTINGS);
        VariationRef variation = assignment.attempt().variation();
        environment.put("RUN_ID", variation.run().toString());
        environment.put("VARIATION_ID", Integer.toString(variation.index()));
        environment.put("EPOCH", Long.toString(assignment.attempt().epoch()));
        environment.put("REDIS_URL", config.getValue("quarkus.redis.hosts", String.class));
        environment.put("REPO_URL", assignment.githubUrl());
        putUnlessNull(environment, "BASE_REF", assignment.baseRef());
        environment.put("DEADLINE", jobs.deadline().toString());
        environment.put("PROMPT_FILE", folder.prompt().toString());
        environment.put("WORKSPACE_DIR", folder.workspace().toString());
        environment.put("PID_FILE", folder.pid().toString());
        environment.put("OUTCOME_FILE", folder.outcome().toString());
        putAgent(environment, assignment.agent());
        return environment;
    }

    private void putAgent(Map<String, String> environment, AgentChoice choice) {
        environment.put("AGENT_NAME", choice.agent());
        putUnlessNull(environment, "MODEL", choice.model());
        putUnlessNull(environment, "TEMPERATURE", choice.temperature());
        putUnlessNull(environment, "MAX_TOKENS", choice.maxTokens());
        Agent agent = catalogue
                .agent(choice.agent())
                .orElseThrow(() -> new JobLauncher.NotStartable("No agent is called " + choice.agent() + " here."));
        switch (agent) {
            case Agent.BuiltIn builtIn -> {
                environment.put("AGENT", builtIn.name());
                if (builtIn.needsModel()) {
                    passOn(environment, MODEL_ACCESS);
                }
            }
            case Agent.Command command -> {
                environment.put("AGENT", "command");
                environment.put("AGENT_COMMAND", command.line());
                passOn(environment, COMMAND_VARIABLES);
                for (String list : COMMAND_VARIABLES) {
                    passOn(environment, named(environment.get(list)));
                }
            }
            case Agent.Unavailable unavailable -> throw new JobLauncher.NotStartable(unavailable.reason());
        }
    }

    private static List<String> named(String list) {
        return list == null
                ? List.of()
                : Arrays.stream(list.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
    }

    private void passOn(Map<String, String> environment, List<String> names) {
        for (String name : names) {
            // The raw value: what looks like an expression in a key or a path is none.
            String value = config.getConfigValue(name).getRawValue();
            if (value != null && !value.isBlank()) {
                // What we have set ourselves is not an operator's list's to replace.
                environment.putIfAbsent(name, value);
            }
        }
    }

    private static void putUnlessNull(Map<String, String> environment, String name, Object value) {
        if (value != null) {
            environment.put(name, value.toString());
        }
    }
}
