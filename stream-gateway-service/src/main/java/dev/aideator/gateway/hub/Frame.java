package dev.aideator.gateway.hub;

import dev.aideator.events.EntryId;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.gateway.source.StoredEvent;

import io.vertx.core.buffer.Buffer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An event as the bytes that go over the wire, encoded once for all viewers. The id line stands last, so that a viewer
 * whose position is its own gets the same bytes with another last line.
 *
 * @param producer null for a frame without a place: one that is not kept, and that has no id
 * @param idStart where in the bytes the id line begins
 */
record Frame(Producer producer, EntryId id, byte[] bytes, int idStart) {

    private static final int LONGEST_NAME = 40;
    private static final String ID = "id: ";
    private static final byte[] END = {'\n'};

    /** {@code position}: where a viewer stands who has this event and all before it. */
    static Frame of(StoredEvent event, String position) {
        byte[] idLine = idLine(position);
        byte[] bytes = bytes(event.type(), event.json(), idLine);
        return new Frame(event.producer(), event.id(), bytes, bytes.length - idLine.length);
    }

    /** A frame without an id: whoever reconnects does not get it again. */
    static Frame unplaced(String type, String json) {
        byte[] bytes = bytes(type, json, END);
        return new Frame(null, null, bytes, bytes.length - END.length);
    }

    boolean isPlaced() {
        return producer != null;
    }

    int length() {
        return bytes.length;
    }

    void appendTo(Buffer out) {
        out.appendBytes(bytes);
    }

    void appendTo(Buffer out, String position) {
        out.appendBytes(bytes, 0, idStart).appendBytes(idLine(position));
    }

    /** Without the id line. */
    void appendBareTo(Buffer out) {
        out.appendBytes(bytes, 0, idStart).appendByte((byte) '\n');
    }

    /** Where a viewer stands whose last frame this is. */
    Position position() {
        int from = idStart + ID.length();
        return Position.parse(new String(bytes, from, bytes.length - 2 - from, StandardCharsets.US_ASCII));
    }

    /** {@code end}: what stands behind the event's lines. */
    private static byte[] bytes(String type, String json, byte[] end) {
        // A type is a name; anything else could be mistaken for a line of its own.
        String head = type != null && isName(type) ? "event: " + type + "\ndata: " : "data: ";
        byte[] data = onOneLine(json).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length() + data.length + 1 + end.length)
                .put(head.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .put((byte) '\n')
                .put(end)
                .array();
    }

    private static boolean isName(String type) {
        return !type.isEmpty()
                && type.length() <= LONGEST_NAME
                && type.charAt(0) != '_'
                && type.chars().allMatch(each -> each >= 'a' && each <= 'z' || each == '_');
    }

    /** JSON has line breaks only between its tokens; one there must not end the data line. */
    private static String onOneLine(String json) {
        return json.indexOf('\n') < 0 && json.indexOf('\r') < 0
                ? json
                : json.replace('\n', ' ').replace('\r', ' ');
    }

    private static byte[] idLine(String position) {
        return (ID + position + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }
}
