package dev.aideator.agent.publish;

import java.util.ArrayList;
import java.util.List;

/** Output on its way: cut into events between characters, with half pairs of surrogates made whole or replaced. */
final class OutputPieces {

    /** An event's content at most, in bytes of UTF-8. */
    static final int MAX_BYTES = 32 << 10;

    private final StringBuilder waiting = new StringBuilder();

    void add(String text) {
        waiting.append(text);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Pieces that can't grow any more. */
    List<String> whole() {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        // No character takes more than three bytes for each of its chars, so shorter text always fits.
        while (waiting.length() - from > MAX_BYTES / 3) {
            int end = Utf8.indexAfter(waiting, from, MAX_BYTES);
            if (end == waiting.length()) {
                break;
            }
            pieces.add(wellFormed(waiting.substring(from, end)));
            from = end;
        }
        waiting.delete(0, from);
        return pieces;
    }

    /** All but the first half of a pair whose second half is still to come. */
    List<String> soFar() {
        List<String> pieces = whole();
        int end = waiting.length();
        if (end > 0 && Character.isHighSurrogate(waiting.charAt(end - 1))) {
            end--;
        }
        if (end > 0) {
            pieces.add(wellFormed(waiting.substring(0, end)));
            waiting.delete(0, end);
        }
        return pieces;
    }

    List<String> rest() {
        List<String> pieces = soFar();
        if (!waiting.isEmpty()) {
            pieces.add(wellFormed(waiting.toString()));
            waiting.setLength(0);
        }
        return pieces;
    }

    /** UTF-8 has no half pairs. */
    static String wellFormed(String text) {
        StringBuilder fixed = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            if (fixed == null) {
                fixed = new StringBuilder(text);
            }
            fixed.setCharAt(i, '\uFFFD');
        }
        return fixed == null ? text : fixed.toString();
    }
}
