package dev.aideator.orchestrator.job;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.catalogue.Agent;
import dev.aideator.orchestrator.catalogue.Catalogue;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.Assignment;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.VariationRef;
import dev.aideator.redis.RedisAccess;

import org.eclipse.microprofile.config.Config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The variables that tell a runner what to do: these and no others, so that no secret strays to it. What each launcher
 * adds are the places that its runners work in.
 */
@ApplicationScoped
public class RunnerEnvironment {

    /** How the operator set up all runners. */
    private static final List<String> SETTINGS = List.of(
            "AIDEATOR_ALLOW_LOCAL_REPOS",
            "AIDEATOR_ALLOWED_REPO_HOSTS",
            "CLONE_DEPTH",
            "CLONE_STALL_TIMEOUT",
            "CLONE_TIMEOUT",
            "MAX_REPO_BYTES",
            "MAX_OUTPUT_BYTES");

    private static final List<String> SECRETS = List.of("GITHUB_TOKEN");

    /** What the operator gives to programs: lists of names, and what those name. */
    private static final List<String> COMMAND_VARIABLES = List.of("COMMAND_ENV", "SECRET_NAMES");

    private static final List<String> MODEL_ACCESS = List.of("OPENAI_API_KEY", "OPENAI_BASE_URL");

    private final Config config;
    private final Catalogue catalogue;
    private final JobConfig jobs;
    private final RedisAccess redis;

    RunnerEnvironment(Config config, Catalogue catalogue, JobConfig jobs, RedisAccess redis) {
        this.config = config;
        this.catalogue = catalogue;
        this.jobs = jobs;
        this.redis = redis;
    }

    /**
     * {@code plain} may be read by whoever may look at the attempt's process; {@code secret} holds keys, and addresses
     * and texts that may have some in them.
     */
    public record Variables(Map<String, String> plain, Map<String, String> secret) {

        public Map<String, String> all() {
            Map<String, String> all = new TreeMap<>(plain);
            all.putAll(secret);
            return all;
        }
    }

    /** Throws {@link JobLauncher.NotStartable} for an agent that is not to be had here. */
    public Variables of(Assignment assignment) {
        Map<String, String> plain = new TreeMap<>();
        Map<String, String> secret = new TreeMap<>();
        passOn(plain, SETTINGS);
        passOn(secret, SECRETS);
        VariationRef variation = assignment.attempt().variation();
        plain.put("RUN_ID", variation.run().toString());
        plain.put("VARIATION_ID", Integer.toString(variation.index()));
        plain.put("EPOCH", Long.toString(assignment.attempt().epoch()));
        plain.put("DEADLINE", jobs.deadline().toString());
        putUnlessNull(plain, "BASE_REF", assignment.baseRef());
        secret.put("REPO_URL", assignment.githubUrl());
        putRedis(plain, secret);
        putAgent(plain, secret, assignment.agent());
        return new Variables(plain, secret);
    }

    private void putRedis(Map<String, String> plain, Map<String, String> secret) {
        passOn(plain, RedisAccess.PLAIN);
        passOn(secret, List.of(RedisAccess.PASSWORD));
        secret.put(RedisAccess.URL, jobs.agentRedisUrl());
        if (jobs.agentRedisUrl().startsWith("rediss://")) {
            // The text: our file is on no other machine. No secret, and too long for where the plain ones stand.
            redis.authorities().ifPresent(pem -> secret.put(RedisAccess.TLS_CA, pem));
        }
    }

    private void putAgent(Map<String, String> plain, Map<String, String> secret, AgentChoice choice) {
        plain.put("AGENT_NAME", choice.agent());
        putUnlessNull(plain, "MODEL", choice.model());
        putUnlessNull(plain, "TEMPERATURE", choice.temperature());
        putUnlessNull(plain, "MAX_TOKENS", choice.maxTokens());
        Agent agent = catalogue
                .agent(choice.agent())
                .orElseThrow(() -> notStartable("No agent is called " + choice.agent() + " here."));
        switch (agent) {
            case Agent.BuiltIn builtIn -> {
                plain.put("AGENT", builtIn.name());
                if (builtIn.needsModel()) {
                    passOn(secret, MODEL_ACCESS);
                }
            }
            case Agent.Command command -> {
                plain.put("AGENT", "command");
                secret.put("AGENT_COMMAND", command.line());
                passOn(plain, COMMAND_VARIABLES);
                for (String list : COMMAND_VARIABLES) {
                    // What we have set ourselves is not an operator's list's to replace.
                    passOn(
                            secret,
                            named(plain.get(list)).stream()
                                    .filter(name -> !plain.containsKey(name))
                                    .toList());
                }
            }
            case Agent.Unavailable unavailable -> throw notStartable(unavailable.reason());
        }
    }

    private static JobLauncher.NotStartable notStartable(String why) {
        return new JobLauncher.NotStartable(new Ending(Outcome.START_FAILED, "agent_unavailable", why));
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
