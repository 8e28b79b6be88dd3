package dev.aideator.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Events as one line of JSON. Written by hand: it is the product's wire format, it needs no reflection in a native
 * executable, and a field that is renamed in Java does not rename itself on the wire. Thread-safe.
 */
public final class EventJson {

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(100).build())
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private EventJson() {}

    /** One line without a line break. */
    public static String encode(Event event) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(line)) {
            json.setCodec(MAPPER);
            json.writeStartObject();
            json.writeStringField("run_id", event.runId());
            if (event.producer().isRun()) {
                json.writeNullField("variation_id");
            } else {
                json.writeStringField("variation_id", event.producer().name());
            }
            json.writeStringField("type", event.payload().type());
            if (event.id() != null) {
                json.writeNumberField("epoch", event.id().epoch());
                json.writeNumberField("seq", event.id().seq());
            }
            json.writeStringField("timestamp", MILLISECONDS.format(event.timestamp()));
            writePayload(json, event.payload());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    private static void writePayload(JsonGenerator json, Payload payload) throws IOException {
        switch (payload) {
            case Payload.AgentOutput p -> json.writeStringField("content", p.content());
            case Payload.AgentLog p -> {
                json.writeStringField("level", p.level().wireName());
                json.writeStringField("content", p.content());
            }
            case Payload.AgentTool p -> {
                json.writeStringField("call_id", p.callId());
                json.writeStringField("name", p.name());
                json.writeStringField("phase", p.phase().wireName());
                if (p.input() != null) {
                    json.writeFieldName("input");
                    json.writeTree(p.input());
                }
                writeUnlessNull(json, "output", p.output());
            }
            case Payload.AgentUsage p -> {
                writeUnlessNull(json, "model", p.model());
                json.writeNumberField("input_tokens", p.inputTokens());
                json.writeNumberField("output_tokens", p.outputTokens());
                if (p.costUsd() != null) {
                    json.writeNumberField("cost_usd", p.costUsd());
                }
                json.writeStringField("cost_source", p.costSource().wireName());
            }
            case Payload.AgentArtifact p -> {
                json.writeStringField("name", p.name());
                json.writeStringField("media_type", p.mediaType());
                json.writeNumberField("part", p.part());
                json.writeNumberField("parts", p.parts());
                json.writeStringField("encoding", p.encoding().wireName());
                json.writeStringField("content", p.content());
            }
            case Payload.AgentError p -> {
                json.writeStringField("code", p.code());
                json.writeStringField("content", p.content());
                writeUnlessNull(json, "hint", p.hint());
            }
            case Payload.AgentComplete p -> writeOutcome(json, p.outcome(), p.reason(), p.detail());
            case Payload.Status p -> {
                if (p.variation() == null) {
                    json.writeNullField("variation");
                } else {
                    json.writeNumberField("variation", p.variation());
                }
                if (p.attempt() != null) {
                    json.writeNumberField("attempt", p.attempt());
                }
                json.writeStringField("state", p.state());
                writeOutcome(json, p.outcome(), p.reason(), p.detail());
            }
            case Payload.RunComplete p -> {
                json.writeStringField("state", p.state());
                json.writeStringField("position", p.position().toString());
            }
            case Payload.Gap p -> {
                json.writeNumberField("from", p.from());
                if (p.to() == null) {
                    json.writeNullField("to");
                } else {
                    json.writeNumberField("to", p.to());
                }
            }
            case Payload.Heartbeat p -> {}
            case Payload.CaughtUp p -> {}
            case Payload.SourceChanged p -> {
                json.writeStringField("source", p.source());
                json.writeStringField("reason", p.reason());
            }
        }
    }

    private static void writeOutcome(JsonGenerator json, Outcome outcome, String reason, String detail)
            throws IOException {
        writeUnlessNull(json, "outcome", outcome == null ? null : outcome.wireName());
        writeUnlessNull(json, "reason", reason);
        writeUnlessNull(json, "detail", detail);
    }

    private static void writeUnlessNull(JsonGenerator json, String name, String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /** Throws IllegalArgumentException when the line is no event of this contract; ignores fields it does not know. */
    public static Event decode(String line) {
        try {
            Fields fields = new Fields(MAPPER.readTree(line));
            String runId = fields.text("run_id");
            if (!RunKeys.isRunId(runId)) {
                throw new IllegalArgumentException("run_id has 1 to 64 of A-Z a-z 0-9 _ -");
            }
            String variation = fields.textOrNull("variation_id");
            Producer producer = variation == null ? Producer.RUN : Producer.parse(variation);
            EntryId id = fields.has("epoch") ? new EntryId(fields.number("epoch"), fields.number("seq")) : null;
            Instant timestamp = Instant.parse(fields.text("timestamp"));
            return new Event(runId, producer, id, timestamp, payload(fields));
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("Not an event: " + e.getMessage(), e);
        }
    }

    private static Payload payload(Fields f) {
        return switch (f.text("type")) {
            case "agent_output" -> new Payload.AgentOutput(f.text("content"));
            case "agent_log" ->
                new Payload.AgentLog(f.constant("level", Payload.AgentLog.Level.class), f.text("content"));
            case "agent_tool" ->
                new Payload.AgentTool(
                        f.text("call_id"),
                        f.text("name"),
                        f.constant("phase", Payload.AgentTool.Phase.class),
                        f.nodeOrNull("input"),
                        f.textOrNull("output"));
            case "agent_usage" ->
                new Payload.AgentUsage(
                        f.textOrNull("model"),
                        f.number("input_tokens"),
                        f.number("output_tokens"),
                        f.has("cost_usd") ? f.nodeOrNull("cost_usd").doubleValue() : null,
                        f.constant("cost_source", Payload.AgentUsage.CostSource.class));
            case "agent_artifact" ->
                new Payload.AgentArtifact(
                        f.text("name"),
                        f.text("media_type"),
                        Math.toIntExact(f.number("part")),
                        Math.toIntExact(f.number("parts")),
                        f.constant("encoding", Payload.AgentArtifact.Encoding.class),
                        f.text("content"));
            case "agent_error" -> new Payload.AgentError(f.text("code"), f.text("content"), f.textOrNull("hint"));
            case "agent_complete" ->
                new Payload.AgentComplete(
                        f.constant("outcome", Outcome.class), f.textOrNull("reason"), f.textOrNull("detail"));
            case "status" ->
                new Payload.Status(
                        f.has("variation") ? Math.toIntExact(f.number("variation")) : null,
                        f.has("attempt") ? f.number("attempt") : null,
                        f.text("state"),
                        f.has("outcome") ? f.constant("outcome", Outcome.class) : null,
                        f.textOrNull("reason"),
                        f.textOrNull("detail"));
            case "run_complete" -> new Payload.RunComplete(f.text("state"), Position.parse(f.text("position")));
            case "gap" -> new Payload.Gap(f.number("from"), f.has("to") ? f.number("to") : null);
            case "heartbeat" -> new Payload.Heartbeat();
            case "caught_up" -> new Payload.CaughtUp();
            case "source_changed" -> new Payload.SourceChanged(f.text("source"), f.text("reason"));
            case String unknown -> throw new IllegalArgumentException("No event has the type " + unknown);
        };
    }

    /** Fields of one JSON object, asked for by name and type. */
    private record Fields(JsonNode node) {
        private Fields {
            if (node == null || !node.isObject()) {
                throw new IllegalArgumentException("An event is a JSON object");
            }
        }

        boolean has(String name) {
            return node.hasNonNull(name);
        }

        JsonNode nodeOrNull(String name) {
            return node.get(name);
        }

        String textOrNull(String name) {
            return has(name) ? text(name) : null;
        }

        String text(String name) {
            JsonNode value = node.get(name);
            if (value == null || !value.isTextual()) {
                throw new IllegalArgumentException("An event of this type has a string " + name);
            }
            return value.textValue();
        }

        long number(String name) {
            JsonNode value = node.get(name);
            if (value == null || !value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw new IllegalArgumentException("An event of this type has a whole number " + name);
            }
            return value.longValue();
        }

        <E extends Enum<E>> E constant(String name, Class<E> type) {
            return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
        }
    }

    /** What routing an event takes, read without building it: the gateway passes the line itself on untouched. */
    public record Header(String runId, Producer producer, String type, EntryId id) {}

    /**
     * Reads the header of a line. {@code id} is null where epoch and seq are missing; run and type are null where they
     * are. Throws IllegalArgumentException when the line is not one JSON object, or a header field has a wrong type.
     */
    public static Header header(String line) {
        String runId = null;
        String type = null;
        Producer producer = Producer.RUN;
        long epoch = -1;
        long seq = -1;
        try (JsonParser json = FACTORY.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("An event is a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                switch (name) {
                    case "run_id" -> runId = text(json, value);
                    case "type" -> type = text(json, value);
                    case "variation_id" ->
                        producer = value == JsonToken.VALUE_NULL ? Producer.RUN : Producer.parse(text(json, value));
                    case "epoch" -> epoch = number(json, value);
                    case "seq" -> seq = number(json, value);
                    default -> json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("One event stands on one line");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("Not an event: " + e.getMessage(), e);
        }
        return new Header(runId, producer, type, epoch < 0 || seq < 0 ? null : new EntryId(epoch, seq));
    }

    private static String text(JsonParser json, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException(json.currentName() + " is a string");
        }
        return json.getText();
    }

    private static long number(JsonParser json, JsonToken value) throws IOException {
        if (value != JsonToken.VALUE_NUMBER_INT) {
            throw new IllegalArgumentException(json.currentName() + " is a whole number");
        }
        return json.getLongValue();
    }
}
