package dev.aideator.orchestrator;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import org.eclipse.microprofile.config.spi.ConfigSource;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns DATABASE_URL, {@code postgresql://user:password@host:port/database?parameters} as the rest of the world writes
 * it, into what the data source understands.
 */
public final class DatabaseUrl implements ConfigSourceFactory {

    /** Where the embedded stack has its PostgreSQL. */
    private static final String DEFAULT = "postgresql://aideator@127.0.0.1:5433/postgres";

    /** Above application.properties, below the environment, so that QUARKUS_DATASOURCE_* still wins. */
    private static final int ORDINAL = 275;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue set = context.getValue("DATABASE_URL");
        boolean missing =
                set == null || set.getValue() == null || set.getValue().isBlank();
        String url = missing ? DEFAULT : set.getValue().strip();
        return List.of(new PropertiesConfigSource(properties(url), "DATABASE_URL", ORDINAL));
    }

    static Map<String, String> properties(String url) {
        URI uri = uri(url);
        Map<String, String> properties = new TreeMap<>();
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        properties.put(
                "quarkus.datasource.jdbc.url",
                "jdbc:postgresql://" + uri.getHost() + ":" + port + uri.getRawPath() + query);
        if (uri.getRawUserInfo() != null) {
            String[] user = uri.getRawUserInfo().split(":", 2);
            properties.put("quarkus.datasource.username", decode(user[0]));
            if (user.length == 2) {
                properties.put("quarkus.datasource.password", decode(user[1]));
            }
        }
        return properties;
    }

    private static URI uri(String url) {
        // The address itself is in no message: it may hold a password.
        String form = "DATABASE_URL looks like postgresql://user:password@host:5432/database";
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
                throw new IllegalArgumentException(form);
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(form + "; special characters in it are percent-encoded");
        }
    }

    /** Percent-encoding only: URLDecoder alone would take a plus for a space. */
    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
