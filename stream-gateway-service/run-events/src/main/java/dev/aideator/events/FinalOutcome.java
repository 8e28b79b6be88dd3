package dev.aideator.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.nio.charset.StandardCharsets;

/**
 * What a runner leaves behind where its launcher finds it without Redis: a file under {@code local}, the termination
 * message under Kubernetes. {@code lastSeq} is that of its last event.
 */
public record FinalOutcome(Outcome outcome, String reason, String detail, long lastSeq) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A termination message has at most 4096 bytes, the line break behind it among them. */
    private static final int MAX_BYTES = 4095;

    private static final int MAX_DETAIL = 2000;

    /** One line of at most {@link #MAX_BYTES} bytes of UTF-8. */
    public String encode() {
        if (detail == null) {
            return encode(null);
        }
        String shortDetail = start(detail, MAX_DETAIL);
        String line = encode(shortDetail);
        // A character may take up to six bytes, as an escape.
        while (!shortDetail.isEmpty() && line.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            shortDetail = start(shortDetail, shortDetail.length() * 3 / 4);
            line = encode(shortDetail);
        }
        return line;
    }

    private String encode(String shortDetail) {
        return MAPPER.createObjectNode()
                .put("outcome", outcome.wireName())
                .put("reason", reason)
                .put("detail", shortDetail)
                .put("last_seq", lastSeq)
                .toString();
    }

    private static String start(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(
                0, length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }

    /** Throws IllegalArgumentException for half a file, or anything else that is no outcome. */
    public static FinalOutcome decode(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            return new FinalOutcome(
                    Outcome.parse(node.path("outcome").asText()),
                    node.path("reason").asText(null),
                    node.path("detail").asText(null),
                    node.path("last_seq").asLong());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not an outcome: " + e.getOriginalMessage(), e);
        }
    }
}
