package dev.aideator.orchestrator.catalogue;

import org.eclipse.microprofile.config.Config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * The programs that the operator offers as agents: AIDEATOR_COMMAND_AGENTS_MY_TOOL_COMMAND in the environment, or
 * aideator.command-agents.my-tool.command as a property, makes an agent my-tool.
 *
 * <p>Read by hand, because a configuration map can't tell which underscore of an environment variable's name ends the
 * key.
 */
@ApplicationScoped
class CommandAgents {

    private static final Pattern VARIABLE = Pattern.compile("AIDEATOR_COMMAND_AGENTS_([A-Z0-9_]+)_COMMAND");
    private static final Pattern PROPERTY = Pattern.compile("aideator\\.command-agents\\.\"?([a-z0-9-]+)\"?\\.command");

    private final Map<String, String> lines = new TreeMap<>();

    CommandAgents(Config config) {
        for (String property : config.getPropertyNames()) {
            String name = nameIn(property);
            if (name != null) {
                // The raw value: a ${…} in a command line is the shell's to expand.
                Optional.ofNullable(config.getConfigValue(property).getRawValue())
                        .filter(line -> !line.isBlank())
                        .ifPresent(line -> lines.put(name, line));
            }
        }
    }

    /** The agent's name in a configuration name, null when it names none. */
    static String nameIn(String property) {
        Matcher variable = VARIABLE.matcher(property);
        if (variable.matches()) {
            return variable.group(1).toLowerCase(Locale.ROOT).replace('_', '-');
        }
        Matcher dotted = PROPERTY.matcher(property);
        return dotted.matches() ? dotted.group(1) : null;
    }

    /** What the shell gets, by the agent's name, in the order of names. */
    Map<String, String> lines() {
        return lines;
    }
}
