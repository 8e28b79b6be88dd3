package dev.aideator.orchestrator.edge;

/** Text from outside, made fit to be kept and shown. */
public final class Texts {

    private static final int SHOWN = 100;
    private static final char REPLACEMENT = '\uFFFD';

    private Texts() {}

    /**
     * The same text, with U+FFFD for what PostgreSQL cannot keep: NUL, and halves of a surrogate pair. Everything else,
     * control characters and markup too, is text and stays.
     */
    public static String kept(String text) {
        StringBuilder kept = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                kept = kept == null ? new StringBuilder(text) : kept;
                kept.setCharAt(i, REPLACEMENT);
            }
        }
        return kept == null ? text : kept.toString();
    }

    /** For quoting in a sentence: at most 100 characters, without control characters. */
    public static String shown(String text) {
        String whole = kept(text);
        String cut = whole.codePointCount(0, whole.length()) <= SHOWN
                ? whole
                : whole.substring(0, whole.offsetByCodePoints(0, SHOWN)) + "…";
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) ? REPLACEMENT : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
