package dev.aideator.faults;

import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An attempt's standard output: a line for each event, in the file where the gateway looks for it without Redis, and
 * here, by seq. Thread-safe.
 */
final class Said extends OutputStream {

    private final List<String> lines = new ArrayList<>();
    private final OutputStream file;
    private boolean cutOff;

    Said(Path file) {
        try {
            Files.createDirectories(file.getParent());
            this.file = Files.newOutputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The publisher writes line by line, and each before Redis hears of it. */
    @Override
    public synchronized void write(byte[] line, int from, int length) throws IOException {
        lines.add(new String(line, from, length, StandardCharsets.UTF_8).stripTrailing());
        if (!cutOff) {
            file.write(line, from, length);
        }
    }

    /** Its node is lost: from now on nobody reads what it prints there. */
    synchronized void cutOff() {
        cutOff = true;
    }

    @Override
    public void write(int one) {
        throw new UnsupportedOperationException("Events come as lines");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    synchronized long lastSeq() {
        return lines.size();
    }

    /** Null where nothing was said yet. */
    synchronized String line(long seq) {
        return seq >= 1 && seq <= lines.size() ? lines.get((int) seq - 1) : null;
    }

    synchronized List<String> linesAfter(long seq) {
        return List.copyOf(lines.subList((int) Math.min(seq, lines.size()), lines.size()));
    }

    /** What the output of that event was, nothing for another type. */
    String outputOf(long seq) {
        return EventJson.decode(line(seq)).payload() instanceof Payload.AgentOutput(String content) ? content : "";
    }
}
