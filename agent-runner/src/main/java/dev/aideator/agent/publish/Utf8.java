package dev.aideator.agent.publish;

/** Lengths of text in bytes of UTF-8, and places where it may be cut. */
final class Utf8 {

    private Utf8() {}

    static long length(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a pair is two of the pair's four bytes; a lone one becomes U+FFFD, of three.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }

    /** The index up to which text from {@code from} on has at most {@code bytes} bytes, never inside a pair. */
    static int indexAfter(CharSequence text, int from, long bytes) {
        long left = bytes;
        int i = from;
        while (i < text.length()) {
            int codePoint = Character.codePointAt(text, i);
            left -= codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            if (left < 0) {
                break;
            }
            i += Character.charCount(codePoint);
        }
        return i;
    }
}
