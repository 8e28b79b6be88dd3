package dev.aideator.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What a runner leaves behind where its launcher finds it without Redis: a file under {@code local}, the termination
 * message under Kubernetes. {@code lastSeq} is that of its last event.
 */
public record FinalOutcome(Outcome outcome, String reason, String detail, long lastSeq) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A termination message has at most 4096 bytes. */
    private static final int MAX_DETAIL = 2000;

    public String encode() {
        String shortDetail = detail == null || detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
        return MAPPER.createObjectNode()
                .put("outcome", outcome.wireName())
                .put("reason", reason)
                .put("detail", shortDetail)
                .put("last_seq", lastSeq)
                .toString();
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
