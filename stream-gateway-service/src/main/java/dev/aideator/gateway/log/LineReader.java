package dev.aideator.gateway.log;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Cuts the bytes of a log into lines, however they come. Of a line that is longer than any event no text is kept. */
final class LineReader {

    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long length;
    private boolean complete;

    /** Reads to the end of a line, or of these bytes, which an array backs; whether a line is complete. */
    boolean readOn(ByteBuffer bytes) {
        if (complete) {
            text.reset();
            length = 0;
            complete = false;
        }
        int start = bytes.position();
        int end = start;
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            end++;
        }
        length += end - start;
        if (!isTooLong()) {
            text.write(bytes.array(), bytes.arrayOffset() + start, end - start);
        }
        complete = end < bytes.limit();
        bytes.position(complete ? end + 1 : end);
        return complete;
    }

    /** The line, or as much of it as came. */
    String text() {
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Of the line, or what came of it, in bytes and without its line break. */
    long length() {
        return length;
    }

    /** Whether it is no event. */
    boolean isTooLong() {
        return length > LoggedAttempt.LONGEST_LINE;
    }

    /** Whether there is a line that nothing has ended yet. */
    boolean isWithin() {
        return !complete && length > 0;
    }
}
