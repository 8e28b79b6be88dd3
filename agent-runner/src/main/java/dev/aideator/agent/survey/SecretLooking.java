package dev.aideator.agent.survey;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Strings that look like someone's key. They are told by kind and place, and never shown. */
final class SecretLooking {

    private record Shape(String kind, Pattern pattern, int group) {}

    private static final List<Shape> SHAPES = List.of(
            new Shape("private key", Pattern.compile("-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"), 0),
            new Shape("AWS access key", Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b"), 0),
            new Shape("GitHub token", Pattern.compile("\\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\\w{40,})"), 0),
            new Shape("GitLab token", Pattern.compile("\\bglpat-[A-Za-z0-9_-]{20,}"), 0),
            new Shape("Slack token", Pattern.compile("\\bxox[abprs]-[A-Za-z0-9-]{10,}"), 0),
            new Shape("API key", Pattern.compile("\\bsk-[A-Za-z0-9_-]{20,}"), 0),
            new Shape("Google API key", Pattern.compile("\\bAIza[0-9A-Za-z_-]{35}"), 0),
            new Shape(
                    "JSON web token",
                    Pattern.compile("\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{5,}"),
                    0),
            new Shape("password in an address", Pattern.compile("://[^\\s/:@\"'${}<>]+:([^\\s/:@\"'${}<>]{4,})@"), 1),
            new Shape(
                    "assigned secret",
                    Pattern.compile(
                            "(?i)\\b[\\w.-]*(?:passw(?:or)?d|secret|api_?key|access_?token|auth_?token|private_?key)"
                                    + "[\"']?\\s*[:=]\\s*[\"']([^\\s\"'${}<>]{8,})[\"']"),
                    1));

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i).*(example|changeme|change-me|placeholder|your[_-]?|dummy|xxxx|\\*\\*\\*|test|sample|todo|fake|redacted).*"
                    + "|pass(word|wd)?|pw|pwd|secret|token|postgres|root|admin|guest|user"
                    + "|(.)\\2+");

    private SecretLooking() {}

    /** The kind of what a line holds, if it looks real. */
    static Optional<String> in(String line) {
        if (!mayHold(line)) {
            return Optional.empty();
        }
        for (Shape shape : SHAPES) {
            Matcher matcher = shape.pattern().matcher(line);
            while (matcher.find()) {
                if (!PLACEHOLDER.matcher(matcher.group(shape.group())).matches()) {
                    return Optional.of(shape.kind());
                }
            }
        }
        return Optional.empty();
    }

    /** Most lines hold nothing: this tells them fast. */
    private static boolean mayHold(String line) {
        if (line.length() < 12 || line.length() > 2000) {
            return false;
        }
        String lower = line.toLowerCase(Locale.ROOT);
        return lower.contains("key")
                || lower.contains("pass")
                || lower.contains("secret")
                || lower.contains("token")
                || lower.contains("://")
                || lower.contains("akia")
                || lower.contains("asia")
                || lower.contains("gh")
                || lower.contains("glpat")
                || lower.contains("xox")
                || lower.contains("sk-")
                || lower.contains("aiza")
                || lower.contains("eyj");
    }

    /** The line without anything of a key's shape, also where it is an example. */
    static String redact(String line) {
        String shown = line;
        for (Shape shape : SHAPES) {
            Matcher matcher = shape.pattern().matcher(shown);
            shown = matcher.replaceAll(found -> {
                String whole = found.group();
                String secret = found.group(shape.group());
                return Matcher.quoteReplacement(whole.replace(secret, "***"));
            });
        }
        return shown;
    }
}
