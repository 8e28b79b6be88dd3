package dev.aideator.agent.survey;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The text in a file's bytes, if there is any. */
final class Text {

    /** As git does it: whatever has a zero byte in its beginning is no text. */
    private static final int PROBE = 8000;

    private Text() {}

    /** Empty for a binary file. What is no UTF-8 is read as the one encoding in which nothing is wrong. */
    static Optional<String> of(byte[] bytes) {
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            return Optional.of(new String(bytes, 3, bytes.length - 3, StandardCharsets.UTF_8));
        }
        if (startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF)) {
            return Optional.of(new String(bytes, StandardCharsets.UTF_16));
        }
        for (int i = 0; i < Math.min(PROBE, bytes.length); i++) {
            if (bytes[i] == 0) {
                return Optional.empty();
            }
        }
        return Optional.of(decode(bytes));
    }

    private static String decode(byte[] bytes) {
        Charset utf8 = StandardCharsets.UTF_8;
        try {
            return utf8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean startsWith(byte[] bytes, int... start) {
        if (bytes.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if ((bytes[i] & 0xff) != start[i]) {
                return false;
            }
        }
        return true;
    }
}
