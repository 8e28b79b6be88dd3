package dev.aideator.redis;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** As whom Redis is used. Shows itself to nobody. */
record Credentials(Optional<String> user, Optional<String> password) {

    /** What Vert.x hands on from address to address as it stands, and not percent-encoded. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._~-]+");

    Credentials {
        if (user.isPresent() && password.isEmpty()) {
            throw new BadRedisSetting(
                    "REDIS_USERNAME, or the user in REDIS_URL, has no password: set REDIS_PASSWORD, or"
                            + " write redis://user:password@host:6379.");
        }
    }

    void requirePlainName() {
        if (user.isPresent() && !PLAIN_NAME.matcher(user.get()).matches()) {
            throw new BadRedisSetting("REDIS_USERNAME must be of A-Z a-z 0-9 . _ ~ - for Sentinel or Cluster.");
        }
    }

    /** What stands before the host in an address, where there is a user: Vert.x has no other way to take one. */
    String userInfo() {
        return user.map(name -> encode(name) + ":" + encode(password.orElseThrow()) + "@")
                .orElse("");
    }

    /** {@code text} without the password, as it is and as addresses have it. */
    String hide(String text) {
        if (password.isEmpty()) {
            return text;
        }
        return text.replace(encode(password.get()), "***").replace(password.get(), "***");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return password.isPresent() ? "with a password" : "without a password";
    }
}
