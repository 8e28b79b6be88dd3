package dev.aideator.orchestrator.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Event lines, each ended by a line feed, as gzip. */
final class Chunk {

    private Chunk() {}

    static byte[] compress(List<EventLine> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes, 8192)) {
            for (EventLine line : lines) {
                gzip.write(line.json().getBytes(StandardCharsets.UTF_8));
                gzip.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static List<EventLine> decompress(byte[] data) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(data), 8192)) {
            String text = new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
            // Not lines(): a carriage return is no end of a line here.
            return text.isEmpty()
                    ? List.of()
                    : List.of(text.split("\n")).stream().map(EventLine::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
