package dev.aideator.edge;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens that open AIdeator: a program sends one with every request ({@code Authorization: Bearer …}), a browser
 * gives it once and then has a session, a cookie that says when it ends and is signed with that token. So every service
 * that knows the token knows its sessions, none keeps any, and a session ends with its token.
 *
 * <p>Without a token everybody may come in. Thread-safe.
 */
public final class ApiTokens {

    static final String COOKIE = "aideator_session";

    private static final String SCHEME = "Bearer ";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern SESSION = Pattern.compile("(\\d{1,12})\\.([A-Za-z0-9_-]{43})");

    private final List<String> tokens;
    private final InstantSource clock;

    private ApiTokens(List<String> tokens, InstantSource clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** {@code configured}: one token, or several with commas between them while one replaces another; none is open. */
    public static ApiTokens of(Optional<String> configured, InstantSource clock) {
        List<String> tokens = Arrays.stream(configured.orElse("").split(","))
                .map(String::strip)
                .filter(token -> !token.isEmpty())
                .toList();
        return new ApiTokens(tokens, clock);
    }

    /** Whether anybody is asked for a token at all. */
    public boolean areRequired() {
        return !tokens.isEmpty();
    }

    /** Whether what came with the request opens the door: a token, or a session of one. */
    public boolean admit(HttpServerRequest request) {
        return !areRequired() || bringsToken(request) || bringsSession(request);
    }

    /** Whether the request carries a token itself, which no browser adds on its own. */
    boolean bringsToken(HttpServerRequest request) {
        return bearer(request).filter(this::isOne).isPresent();
    }

    /** Whether somebody tries a token that is none. */
    boolean bringsWrongToken(HttpServerRequest request) {
        return bearer(request).filter(token -> !isOne(token)).isPresent();
    }

    private boolean bringsSession(HttpServerRequest request) {
        return request.cookies(COOKIE).stream().map(Cookie::getValue).anyMatch(this::isSession);
    }

    /** A session for whoever knows a token, as a {@code Set-Cookie} header has it; none for everybody else. */
    public Optional<String> signIn(String token, Duration age, HttpServerRequest request) {
        if (!isOne(token)) {
            return Optional.empty();
        }
        String end = Long.toString(clock.instant().plus(age).getEpochSecond());
        return Optional.of(cookie(end + "." + signature(token, end), age, request));
    }

    /** What makes a browser forget its session. */
    public static String signOut(HttpServerRequest request) {
        return cookie("", Duration.ZERO, request);
    }

    private static String cookie(String value, Duration age, HttpServerRequest request) {
        return COOKIE + "=" + value + "; Path=/; Max-Age=" + age.toSeconds() + "; HttpOnly; SameSite=Strict"
                + (cameSecurely(request) ? "; Secure" : "");
    }

    /** An ingress says how it was asked. Whoever makes that up does so for a cookie of their own. */
    private static boolean cameSecurely(HttpServerRequest request) {
        String forwarded = request.getHeader("X-Forwarded-Proto");
        return request.isSSL()
                || (forwarded != null && forwarded.split(",", 2)[0].strip().equalsIgnoreCase("https"));
    }

    private static Optional<String> bearer(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                // What stands in front of us may have a scheme of its own.
                .filter(header -> header.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(header -> header.substring(SCHEME.length()).strip());
    }

    private boolean isOne(String token) {
        boolean found = false;
        for (String known : tokens) {
            found |= areEqual(known, token);
        }
        return found;
    }

    private boolean isSession(String value) {
        Matcher session = SESSION.matcher(value);
        if (!session.matches() || !clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(session.group(1))))) {
            return false;
        }
        boolean found = false;
        for (String known : tokens) {
            found |= areEqual(signature(known, session.group(1)), session.group(2));
        }
        return found;
    }

    private static String signature(String token, String end) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] signed = mac.doFinal(("session until " + end).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    /** In constant time: how long it takes must not tell how much was right. */
    private static boolean areEqual(String wanted, String given) {
        return MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
