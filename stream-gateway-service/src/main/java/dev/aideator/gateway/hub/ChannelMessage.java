package dev.aideator.gateway.hub;

import dev.aideator.events.EventJson;
import dev.aideator.events.RunKeys.Channel;
import dev.aideator.gateway.source.StoredEvent;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What came on a channel, which anybody who reaches Redis may have published. */
sealed interface ChannelMessage {

    /** An event with its place in its producer's stream. */
    record Placed(StoredEvent event) implements ChannelMessage {}

    /** A message of nobody's stream, for those who are there; type, run and variation are the channel's. */
    record AdHoc(String type, String json) implements ChannelMessage {}

    /** An older attempt had something to say, which the append script refused. */
    record Fenced() implements ChannelMessage {}

    /** Nothing that can be shown, and why, in a word. */
    record Refused(String reason) implements ChannelMessage {}

    static ChannelMessage read(Channel channel, String text, Instant now) {
        ObjectNode message;
        try {
            EventJson.Header header = EventJson.header(text);
            if (header.id() != null) {
                return header.id().seq() == 0
                                || header.id().isSeal()
                                || !channel.runId().equals(header.runId())
                                || !channel.producer().equals(header.producer())
                        ? new Refused("foreign")
                        : new Placed(StoredEvent.of(channel.producer(), header.id(), header.type(), text));
            }
        } catch (IllegalArgumentException e) {
            // Not one of our events; it may still be an ad-hoc message with fields of its own mind.
        }
        try {
            JsonNode node = Parsing.MAPPER.readTree(text);
            if (!(node instanceof ObjectNode object)) {
                return new Refused("not_an_object");
            }
            message = object;
        } catch (JsonProcessingException e) {
            return new Refused("not_json");
        }
        if (message.has("epoch") && message.has("seq")) {
            return new Refused("malformed");
        }
        if (message.path("type").asText().equals("append_fenced") && message.has("epoch")) {
            return new Fenced();
        }
        return adHoc(channel, message, now);
    }

    private static AdHoc adHoc(Channel channel, ObjectNode message, Instant now) {
        String type =
                switch (channel.kind()) {
                    case OUTPUT -> "agent_output";
                    case LOGS -> "agent_log";
                    case STATUS, CONTROL -> "status";
                };
        ObjectNode line = Parsing.MAPPER.createObjectNode();
        line.put("run_id", channel.runId());
        if (channel.producer().isRun()) {
            line.putNull("variation_id");
        } else {
            line.put("variation_id", channel.producer().name());
        }
        line.put("type", type);
        line.put("timestamp", timestamp(message.get("timestamp"), now));
        message.remove("epoch");
        message.remove("seq");
        message.properties().forEach(field -> line.putIfAbsent(field.getKey(), field.getValue()));
        return new AdHoc(type, line.toString());
    }

    private static String timestamp(JsonNode given, Instant now) {
        if (given != null && given.isTextual()) {
            try {
                Instant.parse(given.textValue());
                return given.textValue();
            } catch (DateTimeException e) {
                // Ours, then.
            }
        }
        return now.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    /** Strict about what follows the object, bounded in depth. */
    final class Parsing {
        private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(100)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();

        private Parsing() {}
    }
}
