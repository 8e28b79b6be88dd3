package dev.aideator.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How one of our services is started: computed here, carried out by {@link Stack}. */
record Service(String name, List<String> command, Map<String, String> environment, URI ready) {

    /** Small: three JVMs and the agents' share one laptop. */
    private static final List<String> SERVICE_JVM = List.of(
            "-XX:+UseSerialGC",
            "-Xmx512m",
            // Netty's, until it has left them behind; without these the log begins with warnings.
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    /** What the gateway's JVM is started with wherever it runs, beside how much memory it may take. */
    private static final String GATEWAY_JVM = "stream-gateway-service/src/main/jib/home/jboss/jvm.options";

    /** Halves the processor time of a start, for code that is never so busy that the second compiler pays. */
    private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

    private static final List<String> RUNNER_JVM = List.of(
            "-XX:+UseSerialGC",
            QUICK_START,
            "-Xmx256m",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    static Service orchestrator(Settings settings, String redisUrl, String databaseUrl, String token) {
        Map<String, String> environment = shared(settings, redisUrl, token);
        environment.put(Settings.DATABASE_URL, databaseUrl);
        environment.put("AIDEATOR_GATEWAY_URL", settings.gateway().toString());
        environment.putIfAbsent("AIDEATOR_RUNNER_COMMAND", quoted(runnerCommand(settings)));
        List<String> flags = new ArrayList<>(SERVICE_JVM);
        flags.add(QUICK_START);
        return service("orchestrator", "orchestrator-service", flags, settings.orchestrator(), environment, settings);
    }

    static Service gateway(Settings settings, String redisUrl, String token) {
        Map<String, String> environment = shared(settings, redisUrl, token);
        environment.put("AIDEATOR_ORCHESTRATOR_URL", settings.orchestrator().toString());
        return service(
                "gateway",
                "stream-gateway-service",
                List.of("@" + settings.checkout().resolve(GATEWAY_JVM), "-Xmx512m"),
                settings.gateway(),
                environment,
                settings);
    }

    /** What a user set stands; what makes a machine of one's own convenient is only put where nothing stands. */
    private static Map<String, String> shared(Settings settings, String redisUrl, String token) {
        Map<String, String> environment = new HashMap<>(settings.environment());
        environment.values().removeIf(String::isBlank);
        if (settings.redisUrl().isEmpty()) {
            // Meant for another Redis. Blank, as what is not here would be inherited.
            environment.keySet().stream()
                    .filter(name -> name.startsWith("REDIS_"))
                    .toList()
                    .forEach(name -> environment.put(name, ""));
        }
        environment.put(Settings.REDIS_URL, redisUrl);
        environment.put(Settings.BIND, settings.bind());
        environment.put(Settings.PORT, Integer.toString(settings.port()));
        environment.put(Settings.GATEWAY_PORT, Integer.toString(settings.gatewayPort()));
        environment.put("AIDEATOR_ATTEMPTS_DIR", settings.attempts().toString());
        environment.put("AIDEATOR_INTERNAL_TOKEN", token);
        environment.putIfAbsent("AIDEATOR_ALLOW_LOCAL_REPOS", "true");
        environment.putIfAbsent("AIDEATOR_ALLOW_ADHOC_RUNS", "true");
        return environment;
    }

    private static Service service(
            String name,
            String module,
            List<String> flags,
            URI base,
            Map<String, String> environment,
            Settings settings) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar(settings, module).toString()));
        return new Service(name, command, environment, base.resolve("/q/health/ready"));
    }

    /** The agent runner on a JVM, as the orchestrator starts it. */
    static List<String> runnerCommand(Settings settings) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(RUNNER_JVM);
        command.addAll(List.of("-jar", runnerJar(settings).toString()));
        return command;
    }

    static Path runnerJar(Settings settings) {
        return jar(settings, "agent-runner");
    }

    /** In one line, whatever is in a path. */
    private static String quoted(List<String> command) {
        return command.stream().map(word -> '"' + word + '"').collect(Collectors.joining(" "));
    }

    private static Path jar(Settings settings, String module) {
        return settings.checkout().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin/java").toString();
    }
}
