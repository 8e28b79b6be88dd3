package dev.aideator.agent.survey;

import java.util.List;
import java.util.Locale;

/** Text of others' as Markdown shows it and never obeys it. */
final class Markdown {

    private static final String SPECIAL = "\\`*_{}[]<>#|!~$&";

    private Markdown() {}

    /** Prose on one line. */
    static String text(String text, int most) {
        String line = oneLine(text).strip();
        StringBuilder escaped = new StringBuilder();
        for (char c : cut(line, most).toCharArray()) {
            if (SPECIAL.indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.append(c);
        }
        return escaped.toString();
    }

    /** A name in code style, also inside a table. */
    static String code(String text) {
        String line = cut(oneLine(text), 200);
        String fence = "`".repeat(longestRun(line, '`') + 1);
        String pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
        return fence + pad + line.replace("|", "\\|") + pad + fence;
    }

    /** A name with the number of a line. */
    static String code(String path, int line) {
        return code(path + ":" + line);
    }

    /** Lines as they stand in a file. */
    static String block(String language, List<String> lines) {
        int ticks = 3;
        for (String line : lines) {
            ticks = Math.max(ticks, longestRun(line, '`') + 1);
        }
        StringBuilder block =
                new StringBuilder("`".repeat(ticks)).append(language).append('\n');
        for (String line : lines) {
            block.append(cut(printable(line), 200)).append('\n');
        }
        return block.append("`".repeat(ticks)).append('\n').toString();
    }

    private static String oneLine(String text) {
        return printable(text.replace("\r\n", "\u2424").replace('\n', '\u2424').replace('\r', '\u2424'));
    }

    /** Without what moves a cursor, rings a bell, turns text around or hides in it. */
    private static String printable(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\t') {
                shown.append("    ");
            } else if (Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT && c != 0x200D
                    || Character.getType(c) == Character.SURROGATE) {
                shown.append('\uFFFD');
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }

    private static String cut(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, most - 1))) + "…";
    }

    private static int longestRun(String text, char c) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            run = text.charAt(i) == c ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return longest;
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = -1;
        while (size >= 1024 && unit < 3) {
            size /= 1024;
            unit++;
        }
        return String.format(
                Locale.ROOT,
                size < 10 ? "%.1f %s" : "%.0f %s",
                size,
                List.of("KiB", "MiB", "GiB", "TiB").get(unit));
    }

    static String percent(long part, long whole) {
        if (whole == 0) {
            return "0 %";
        }
        double share = 100.0 * part / whole;
        return share > 0 && share < 1 ? "< 1 %" : Math.round(share) + " %";
    }

    /** {@code 1 file}, {@code 2 files}. */
    static String count(long number, String noun) {
        String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return number(number) + " " + (number == 1 ? noun : plural);
    }
}
