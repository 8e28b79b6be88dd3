package dev.aideator.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One address of REDIS_URL, taken apart; the credentials are for {@link Credentials}, and no text has them. */
record Address(boolean tls, String host, int port, int database, Optional<String> user, Optional<String> password) {

    static final String FORM = "redis://user:password@host:6379/0, or rediss:// for TLS";

    private static final Pattern DATABASE = Pattern.compile("[0-9]{1,5}");
    private static final Pattern SCHEME = Pattern.compile("^[a-z]+://");

    /** All of a list that commas separate; those behind the first may leave the scheme out. */
    static List<Address> list(String urls, RedisAccess.Mode mode) {
        if (mode == RedisAccess.Mode.STANDALONE) {
            // Not taken apart: a comma may be in the password.
            if (urls.contains(",redis://") || urls.contains(",rediss://")) {
                throw new BadRedisSetting("REDIS_URL has several addresses, and one server has one: set REDIS_MODE to"
                        + " sentinel or cluster, or leave one address.");
            }
            return List.of(parse(urls, mode));
        }
        List<Address> addresses = new ArrayList<>();
        String scheme = urls.startsWith("rediss://") ? "rediss://" : "redis://";
        for (String part : urls.split(",")) {
            String url = part.strip();
            if (!url.isEmpty()) {
                addresses.add(parse(SCHEME.matcher(url).find() ? url : scheme + url, mode));
            }
        }
        return List.copyOf(addresses);
    }

    private static Address parse(String url, RedisAccess.Mode mode) {
        URI uri = uri(url);
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new BadRedisSetting("REDIS_URL takes nothing behind a ? or #: it looks like " + FORM + ".");
        }
        String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = user.indexOf(':');
        String name = colon < 0 ? user : user.substring(0, colon);
        return new Address(
                uri.getScheme().equals("rediss"),
                uri.getHost(),
                uri.getPort() < 0 ? defaultPort(mode) : uri.getPort(),
                database(uri.getRawPath()),
                Optional.of(name).filter(text -> !text.isEmpty()).map(Address::decode),
                Optional.of(user)
                        .filter(text -> colon >= 0)
                        .map(text -> decode(text.substring(colon + 1)))
                        .filter(text -> !text.isEmpty()));
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && ("redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, and not with the exception's words: they repeat the address.
        }
        throw new BadRedisSetting(
                "REDIS_URL looks like " + FORM + "; special characters in it are percent-encoded, a comma as %2C.");
    }

    private static int defaultPort(RedisAccess.Mode mode) {
        return mode == RedisAccess.Mode.SENTINEL ? 26379 : 6379;
    }

    private static int database(String path) {
        String text = path == null || path.length() < 2 ? "0" : path.substring(1);
        if (!DATABASE.matcher(text).matches()) {
            throw new BadRedisSetting(
                    "REDIS_URL ends with the number of a database, if with anything: it looks like " + FORM + ".");
        }
        return Integer.parseInt(text);
    }

    /** Percent-encoding only: URLDecoder alone would take a plus for a space. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadRedisSetting("REDIS_URL has a % in it that encodes nothing: write it as %25.");
        }
    }

    /** Without credentials. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
