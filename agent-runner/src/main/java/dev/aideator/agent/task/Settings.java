package dev.aideator.agent.task;

import dev.aideator.redis.RedisAccess;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Everything that the runner is told, by environment variable, or by a file of the variable's name in SETTINGS_DIR:
 * what is secret comes as a mounted Secret, which no description of a pod shows. Read as it stands and not through Quarkus'
 * configuration, for two reasons: that would expand {@code ${…}} inside a prompt or a command line, and a value that is
 * no number would end the process before it could say so in an outcome. A variable that is empty is not set.
 */
public final class Settings {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** The one file of SETTINGS_DIR that is no variable: PROMPT_FILE leads to it. */
    private static final String PROMPT = "prompt";

    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)?");

    private final Map<String, String> environment;

    public Settings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * With what the files of SETTINGS_DIR say; what the environment says wins. A mounted Secret also holds the folders
     * and links that Kubernetes changes it by: their names are no variables'. Throws {@link BadSetting}.
     */
    public Settings withFiles() {
        Optional<Path> folder = text("SETTINGS_DIR").map(Path::of);
        if (folder.isEmpty()) {
            return this;
        }
        Map<String, String> all = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.get())) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (NAME.matcher(name).matches() && !name.equals(PROMPT) && Files.isRegularFile(file)) {
                    content(file).ifPresent(value -> all.put(name, value));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new BadSetting("SETTINGS_DIR can't be read: " + e.getMessage() + ".");
        }
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                all.put(name, value);
            }
        });
        return new Settings(all);
    }

    /** As a shell's {@code $(cat file)} has it, without the line break at its end; what is no text is no variable. */
    private static Optional<String> content(Path file) throws IOException {
        try {
            String text = Files.readString(file);
            return text.indexOf('\0') < 0 ? Optional.of(text.replaceFirst("[\\r\\n]+\\z", "")) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** RUN_ID: the run, 1 to 64 of A-Z a-z 0-9 _ - */
    String runId() {
        return required("RUN_ID");
    }

    /** VARIATION_ID: which of the run's variations, counted from 0. */
    String variationId() {
        return required("VARIATION_ID");
    }

    /** EPOCH: the attempt, counted from 1. Without it the runner opens the next one itself. */
    Optional<Long> epoch() {
        return text("EPOCH").map(text -> number("EPOCH", text, 1, 9_999_999_999L));
    }

    /**
     * REDIS_URL, and those beside it that {@link RedisAccess} lists: where events go besides standard output; nowhere
     * when it is not set. Throws {@link dev.aideator.redis.BadRedisSetting}.
     */
    Optional<RedisAccess> redis() {
        return text(RedisAccess.URL).map(url -> RedisAccess.from(this::text));
    }

    /** SSL_CERT_FILE: the authorities to trust, in PEM form; those that the runner was built with when it is not set. */
    Optional<Path> certificates() {
        return text("SSL_CERT_FILE").map(Path::of);
    }

    /** AGENT: survey, command or llm. */
    String agent() {
        return text("AGENT").orElse("survey");
    }

    /** AGENT_NAME: how people know the agent, when that differs from AGENT. */
    String agentName() {
        return text("AGENT_NAME").orElse(agent());
    }

    /** REPO_URL: what to clone. */
    String repositoryUrl() {
        return required("REPO_URL");
    }

    /** BASE_REF: a branch, a tag or a commit; the repository's default branch when it is not set. */
    Optional<String> baseRef() {
        return text("BASE_REF").map(String::strip);
    }

    /** PROMPT: what to do. */
    Optional<String> prompt() {
        return text("PROMPT");
    }

    /** PROMPT_FILE: a file with the prompt, for those that are too long for a variable. */
    Optional<Path> promptFile() {
        return text("PROMPT_FILE").map(Path::of);
    }

    /** MODEL: the model's name at the endpoint. */
    Optional<String> model() {
        return text("MODEL");
    }

    /** TEMPERATURE: 0 to 2; the endpoint's own default when it is not set. */
    Optional<Double> temperature() {
        return text("TEMPERATURE").map(text -> decimal("TEMPERATURE", text, 0, 2));
    }

    /** MAX_TOKENS: how much a model may answer; the endpoint's own default when it is not set. */
    Optional<Integer> maxTokens() {
        return text("MAX_TOKENS").map(text -> (int) number("MAX_TOKENS", text, 1, 10_000_000));
    }

    /** OPENAI_API_KEY: what the endpoint takes as a key. */
    Optional<String> openAiApiKey() {
        return text("OPENAI_API_KEY").map(String::strip);
    }

    /** OPENAI_BASE_URL: an OpenAI-compatible endpoint. */
    String openAiBaseUrl() {
        return text("OPENAI_BASE_URL").map(String::strip).orElse("https://api.openai.com/v1");
    }

    /** GITHUB_TOKEN: for private repositories on github.com. */
    Optional<String> gitHubToken() {
        return text("GITHUB_TOKEN").map(String::strip);
    }

    /** AGENT_COMMAND: the line that {@code sh -c} runs for the agent {@code command}. */
    Optional<String> agentCommand() {
        return text("AGENT_COMMAND");
    }

    /** COMMAND_ENV: names of variables, separated by commas, that the command gets too. Their values are masked. */
    List<String> commandEnvironment() {
        return names("COMMAND_ENV");
    }

    /** SECRET_NAMES: names of further variables, separated by commas, whose values are masked. */
    List<String> secretNames() {
        return names("SECRET_NAMES");
    }

    /** DEADLINE: how long the attempt may take, such as 30m or PT30M. */
    Duration deadline() {
        return duration("DEADLINE", Duration.ofMinutes(30));
    }

    /** WORKSPACE_DIR: where the checkout goes; a temporary folder, removed at the end, when it is not set. */
    public Optional<Path> workspace() {
        return text("WORKSPACE_DIR").map(Path::of);
    }

    /** PID_FILE: locked while the runner lives; an attempt with one runs once. */
    public Optional<Path> pidFile() {
        return text("PID_FILE").map(Path::of);
    }

    /** OUTCOME_FILE: gets the outcome, whatever happened. */
    public Optional<Path> outcomeFile() {
        return text("OUTCOME_FILE").map(Path::of);
    }

    /** AIDEATOR_ALLOW_LOCAL_REPOS: whether repositories on this machine may be cloned. */
    boolean allowsLocalRepositories() {
        return text("AIDEATOR_ALLOW_LOCAL_REPOS")
                .map(text -> text.strip().equalsIgnoreCase("true"))
                .orElse(false);
    }

    /** AIDEATOR_ALLOWED_REPO_HOSTS: private hosts, separated by commas, that may be cloned from. */
    Set<String> allowedRepositoryHosts() {
        return names("AIDEATOR_ALLOWED_REPO_HOSTS").stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** CLONE_DEPTH: how many commits of history are fetched; 0 fetches all. */
    int cloneDepth() {
        return (int) number("CLONE_DEPTH", text("CLONE_DEPTH").orElse("100"), 0, Integer.MAX_VALUE);
    }

    /** MAX_REPO_BYTES: what a clone may bring, and what its files may take up. */
    long maxRepositoryBytes() {
        return number("MAX_REPO_BYTES", text("MAX_REPO_BYTES").orElse("536870912"), 1, Long.MAX_VALUE);
    }

    /** CLONE_STALL_TIMEOUT: how long a clone may wait for the next byte. */
    Duration cloneStallTimeout() {
        return duration("CLONE_STALL_TIMEOUT", Duration.ofMinutes(2));
    }

    /** CLONE_TIMEOUT: how long a clone may take as a whole. */
    Duration cloneTimeout() {
        return duration("CLONE_TIMEOUT", Duration.ofMinutes(5));
    }

    /** MAX_OUTPUT_BYTES: what the agent may say before it is stopped. */
    public long maxOutputBytes() {
        return number("MAX_OUTPUT_BYTES", text("MAX_OUTPUT_BYTES").orElse("16777216"), 1, Long.MAX_VALUE);
    }

    /** The value of any variable, for those that are named in another one. */
    Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private String required(String name) {
        return text(name).orElseThrow(() -> new BadSetting(name + " is not set."));
    }

    private List<String> names(String name) {
        List<String> names = new ArrayList<>();
        for (String part : text(name).orElse("").split(",")) {
            if (!part.isBlank()) {
                names.add(part.strip());
            }
        }
        return names;
    }

    private static long number(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BadSetting(name + " is a whole number of at least " + least + ", not \"" + text + "\".");
    }

    private static double decimal(String name, String text, double least, double most) {
        try {
            double number = Double.parseDouble(text.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BadSetting(name + " is a number from " + least + " to " + most + ", not \"" + text + "\".");
    }

    private Duration duration(String name, Duration otherwise) {
        return text(name).map(text -> duration(name, text.strip())).orElse(otherwise);
    }

    private static Duration duration(String name, String text) {
        Matcher amount = SHORT_DURATION.matcher(text.toLowerCase(Locale.ROOT));
        try {
            Duration duration = amount.matches()
                    ? switch (amount.group(2)) {
                        case "ms" -> Duration.ofMillis(Long.parseLong(amount.group(1)));
                        case "m" -> Duration.ofMinutes(Long.parseLong(amount.group(1)));
                        case "h" -> Duration.ofHours(Long.parseLong(amount.group(1)));
                        case "d" -> Duration.ofDays(Long.parseLong(amount.group(1)));
                        case null, default -> Duration.ofSeconds(Long.parseLong(amount.group(1)));
                    }
                    : Duration.parse(text);
            if (duration.isPositive() && duration.compareTo(Duration.ofDays(3650)) < 0) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // said below
        }
        throw new BadSetting(name + " is a time such as 30m or PT30M, not \"" + text + "\".");
    }
}
