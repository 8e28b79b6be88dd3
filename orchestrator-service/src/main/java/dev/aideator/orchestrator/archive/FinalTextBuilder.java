package dev.aideator.orchestrator.archive;

import dev.aideator.events.Payload;
import dev.aideator.orchestrator.run.FinalText;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Collects what an agent says and starts anew at each tool call: what remains is its last word. */
final class FinalTextBuilder {

    static final int MAX_BYTES = 256 * 1024;

    private final StringBuilder text = new StringBuilder();
    private boolean toolSince;

    void add(Payload payload) {
        switch (payload) {
            case Payload.AgentOutput output -> {
                if (toolSince) {
                    text.setLength(0);
                    toolSince = false;
                }
                // A character takes a byte or more: what is past this is cut away anyway.
                if (text.length() <= MAX_BYTES) {
                    text.append(output.content());
                }
            }
            case Payload.AgentTool tool -> toolSince = true;
            default -> {}
        }
    }

    FinalText build(long attempt) {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
        CharBuffer chars = CharBuffer.wrap(text);
        // The encoder stops before a character that no longer fits whole.
        boolean truncated = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .encode(chars, bytes, true)
                .isOverflow();
        return new FinalText(
                attempt, new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8), truncated);
    }
}
