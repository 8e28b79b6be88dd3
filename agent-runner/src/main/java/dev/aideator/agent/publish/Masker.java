package dev.aideator.agent.publish;

import java.util.BitSet;
import java.util.Set;

/**
 * Replaces secret values in a stream of text, wherever the pieces are cut. What may be the beginning of a secret is held
 * back until the next piece shows what it is. Where secrets overlap or touch, one mask stands for all of them, so that
 * no end of one is left over. Not thread-safe.
 */
final class Masker {

    static final String MASK = "***";

    private final Set<String> secrets;

    /** Text that has not been let through yet. */
    private String held = "";
    /** How much of {@link #held} belongs to a secret that began before it. */
    private int heldInSecret;
    /** Whether the character before {@link #held} was masked: a secret that goes on needs no second mask. */
    private boolean inMask;

    Masker(Set<String> secrets) {
        this.secrets = secrets;
    }

    /** What of all text so far may be shown now. */
    String feed(String piece) {
        if (secrets.isEmpty()) {
            return piece;
        }
        return letThrough(held + piece, false);
    }

    /** The rest, when no more text comes. The masker is as new afterwards. */
    String finish() {
        String rest = letThrough(held, true);
        inMask = false;
        return rest;
    }

    /** A text that nothing follows. */
    static String mask(String text, Set<String> secrets) {
        return text == null || secrets.isEmpty() ? text : new Masker(secrets).letThrough(text, true);
    }

    private String letThrough(String text, boolean all) {
        BitSet secret = new BitSet(text.length());
        secret.set(0, heldInSecret);
        for (String value : secrets) {
            for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
                secret.set(at, at + value.length());
            }
        }
        int end = all ? text.length() : startOfPossibleSecret(text);
        StringBuilder shown = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            boolean masked = secret.get(i);
            if (!masked) {
                shown.append(text.charAt(i));
            } else if (!inMask) {
                shown.append(MASK);
            }
            inMask = masked;
        }
        held = text.substring(end);
        heldInSecret = Math.max(0, secret.nextClearBit(end) - end);
        return shown.toString();
    }

    /** The first place from which the text to its end is the beginning of a secret, but not all of it. */
    private int startOfPossibleSecret(String text) {
        int start = text.length();
        for (String value : secrets) {
            for (int at = Math.max(0, text.length() - value.length() + 1); at < start; at++) {
                if (text.regionMatches(at, value, 0, text.length() - at)) {
                    start = at;
                }
            }
        }
        return start;
    }
}
