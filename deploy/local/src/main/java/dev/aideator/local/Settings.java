package dev.aideator.local;

import dev.aideator.redis.BadRedisSetting;
import dev.aideator.redis.RedisAccess;

import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What the stack consists of and where, as the environment says, which the script has completed from {@code .env}.
 * {@code environment} is handed on to the services whole: what they alone know of does not concern us.
 */
record Settings(
        Path checkout,
        Path home,
        String bind,
        int port,
        int gatewayPort,
        int redisPort,
        int postgresPort,
        Optional<String> redisUrl,
        Optional<String> databaseUrl,
        Map<String, String> environment) {

    static final String HOME = "AIDEATOR_HOME";
    static final String BIND = "AIDEATOR_BIND";
    static final String PORT = "AIDEATOR_PORT";
    static final String GATEWAY_PORT = "AIDEATOR_GATEWAY_PORT";
    static final String REDIS_PORT = "AIDEATOR_REDIS_PORT";
    static final String POSTGRES_PORT = "AIDEATOR_POSTGRES_PORT";
    static final String REDIS_URL = "REDIS_URL";
    static final String DATABASE_URL = "DATABASE_URL";
    static final String API_TOKEN = "AIDEATOR_API_TOKEN";

    /** {@code checkout}: the folder with the script, whose built services are run. */
    static Settings from(Map<String, String> environment, Path checkout) {
        return new Settings(
                checkout,
                checkout.resolve(text(environment, HOME).orElse(".aideator")).normalize(),
                text(environment, BIND).orElse("127.0.0.1"),
                port(environment, PORT, 8000),
                port(environment, GATEWAY_PORT, 8001),
                port(environment, REDIS_PORT, 6379),
                port(environment, POSTGRES_PORT, 5433),
                text(environment, REDIS_URL),
                text(environment, DATABASE_URL),
                Map.copyOf(environment));
    }

    /** An empty value is none: {@code .env.example} shows names without values. */
    private static Optional<String> text(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    private static int port(Map<String, String> environment, String name, int otherwise) {
        String value = text(environment, name).orElse(Integer.toString(otherwise));
        try {
            int port = Integer.parseInt(value);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Falls through to the sentence for the user.
        }
        throw new Refusal(name + " must be a port number from 1 to 65535, not \"" + value + "\".");
    }

    /** A variable of the environment that the stack itself does not interpret. */
    Optional<String> variable(String name) {
        return text(environment, name);
    }

    /**
     * How the Redis at {@code url} is spoken to: one of the user's as the variables beside REDIS_URL say, ours without
     * them. Throws a {@link Refusal}.
     */
    RedisAccess redis(String url) {
        try {
            return RedisAccess.from(name -> {
                if (name.equals(REDIS_URL)) {
                    return Optional.of(url);
                }
                return redisUrl.isPresent() ? variable(name) : Optional.empty();
            });
        } catch (BadRedisSetting e) {
            throw new Refusal(e.getMessage());
        }
    }

    /** What opens the API, where it is not open to everybody; the first of several. */
    Optional<String> apiToken() {
        return variable(API_TOKEN).stream()
                .flatMap(tokens -> Arrays.stream(tokens.split(",")))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .findFirst();
    }

    URI orchestrator() {
        return URI.create("http://" + reachableHost() + ":" + port);
    }

    URI gateway() {
        return URI.create("http://" + reachableHost() + ":" + gatewayPort);
    }

    /** Whoever listens on every interface is reached by the loopback one. */
    private String reachableHost() {
        return switch (bind) {
            case "127.0.0.1", "localhost", "0.0.0.0", "::", "::1" -> "localhost";
            case String address -> address;
        };
    }

    Path logs() {
        return home.resolve("logs");
    }

    Path attempts() {
        return home.resolve("attempts");
    }
}
