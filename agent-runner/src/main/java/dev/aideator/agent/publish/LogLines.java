package dev.aideator.agent.publish;

import java.util.ArrayList;
import java.util.List;

/** Cuts a log that comes in pieces into its lines. */
final class LogLines {

    /** A longer line is told in parts. */
    private static final int LONGEST = 8 << 10;

    private final StringBuilder waiting = new StringBuilder();

    /** The lines that this piece completes; those with nothing on them are left out. */
    List<String> add(String piece) {
        List<String> lines = new ArrayList<>();
        waiting.append(piece);
        int from = 0;
        for (int i = 0; i < waiting.length(); i++) {
            boolean end = waiting.charAt(i) == '\n';
            if (end || i - from == LONGEST) {
                // A pair of surrogates stays together.
                int to = !end && Character.isSurrogatePair(waiting.charAt(i - 1), waiting.charAt(i)) ? i - 1 : i;
                take(waiting.substring(from, to), lines);
                from = end ? i + 1 : to;
            }
        }
        waiting.delete(0, from);
        return lines;
    }

    List<String> rest() {
        List<String> lines = new ArrayList<>();
        take(waiting.toString(), lines);
        waiting.setLength(0);
        return lines;
    }

    private static void take(String text, List<String> lines) {
        String line = text.stripTrailing();
        if (!line.isEmpty()) {
            lines.add(OutputPieces.wellFormed(line));
        }
    }
}
