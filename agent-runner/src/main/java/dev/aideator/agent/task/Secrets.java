package dev.aideator.agent.task;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The values that nothing published may show. */
public record Secrets(Set<String> values) {

    /** Shorter values stand in every text; masking them would hide the text and not the secret. */
    private static final int SHORTEST = 4;

    private static final List<String> ALWAYS = List.of("OPENAI_API_KEY", "GITHUB_TOKEN", "REDIS_PASSWORD");

    public static Secrets of(Settings settings) {
        Set<String> values = new LinkedHashSet<>();
        Stream.of(ALWAYS, settings.secretNames(), settings.commandEnvironment())
                .flatMap(List::stream)
                .forEach(name -> settings.text(name).ifPresent(value -> add(values, value)));
        Stream.of("REDIS_URL", "OPENAI_BASE_URL", "REPO_URL")
                .forEach(name -> settings.text(name).ifPresent(url -> addPassword(values, url.strip())));
        // Sentinels and nodes of a Cluster are a list.
        settings.text("REDIS_URL").stream()
                .flatMap(urls -> Stream.of(urls.split(",")))
                .forEach(url -> addPassword(values, url.strip()));
        return new Secrets(Set.copyOf(values));
    }

    /** A value of several lines, such as a key file, is also told line by line in a log. */
    private static void add(Set<String> values, String value) {
        Stream.concat(Stream.of(value, value.strip()), value.lines().map(String::strip))
                .filter(text -> text.length() >= SHORTEST)
                .forEach(values::add);
    }

    private static void addPassword(Set<String> values, String url) {
        try {
            String user = URI.create(url).getRawUserInfo();
            if (user != null && user.indexOf(':') >= 0) {
                String password = user.substring(user.indexOf(':') + 1);
                add(values, password);
                add(values, URLDecoder.decode(password, StandardCharsets.UTF_8));
                // A plus is a space to some and a plus to others.
                add(values, URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            // Nothing that could be a URL's password.
        }
    }
}
