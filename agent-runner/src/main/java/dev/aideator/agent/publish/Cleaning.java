package dev.aideator.agent.publish;

import dev.aideator.events.Payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Set;

/** What an event shows, without secret values. Output is not cleaned here: its pieces belong together. */
final class Cleaning {

    private Cleaning() {}

    static Payload clean(Payload payload, Set<String> secrets) {
        return switch (payload) {
            case Payload.AgentOutput p -> new Payload.AgentOutput(clean(p.content(), secrets));
            case Payload.AgentLog p -> new Payload.AgentLog(p.level(), clean(p.content(), secrets));
            case Payload.AgentTool p ->
                new Payload.AgentTool(
                        clean(p.callId(), secrets),
                        clean(p.name(), secrets),
                        p.phase(),
                        clean(p.input(), secrets),
                        clean(p.output(), secrets));
            case Payload.AgentUsage p ->
                new Payload.AgentUsage(
                        clean(p.model(), secrets), p.inputTokens(), p.outputTokens(), p.costUsd(), p.costSource());
            case Payload.AgentArtifact p ->
                new Payload.AgentArtifact(
                        clean(p.name(), secrets),
                        p.mediaType(),
                        p.part(),
                        p.parts(),
                        p.encoding(),
                        clean(p.content(), secrets));
            case Payload.AgentError p ->
                new Payload.AgentError(p.code(), clean(p.content(), secrets), clean(p.hint(), secrets));
            case Payload.AgentComplete p ->
                new Payload.AgentComplete(p.outcome(), p.reason(), clean(p.detail(), secrets));
            case Payload.Status p -> throw notAnAgents(p);
            case Payload.RunComplete p -> throw notAnAgents(p);
            case Payload.Gap p -> throw notAnAgents(p);
            case Payload.Heartbeat p -> throw notAnAgents(p);
            case Payload.CaughtUp p -> throw notAnAgents(p);
            case Payload.SourceChanged p -> throw notAnAgents(p);
        };
    }

    private static IllegalArgumentException notAnAgents(Payload payload) {
        return new IllegalArgumentException("No agent says " + payload.type());
    }

    private static String clean(String text, Set<String> secrets) {
        return text == null ? null : OutputPieces.wellFormed(Masker.mask(text, secrets));
    }

    private static JsonNode clean(JsonNode node, Set<String> secrets) {
        return switch (node) {
            case null -> null;
            case ObjectNode object -> {
                ObjectNode cleaned = JsonNodeFactory.instance.objectNode();
                object.properties()
                        .forEach(
                                field -> cleaned.set(clean(field.getKey(), secrets), clean(field.getValue(), secrets)));
                yield cleaned;
            }
            case ArrayNode array -> {
                ArrayNode cleaned = JsonNodeFactory.instance.arrayNode();
                array.forEach(element -> cleaned.add(clean(element, secrets)));
                yield cleaned;
            }
            default -> node.isTextual() ? JsonNodeFactory.instance.textNode(clean(node.textValue(), secrets)) : node;
        };
    }

    /** What of an event counts against the agent's allowance. */
    static String text(Payload payload) {
        return switch (payload) {
            case Payload.AgentOutput p -> p.content();
            case Payload.AgentLog p -> p.content();
            case Payload.AgentTool p ->
                (p.input() == null ? "" : p.input().toString()) + (p.output() == null ? "" : p.output());
            case Payload.AgentArtifact p -> p.content();
            case Payload.AgentUsage p -> "";
            case Payload.AgentError p -> "";
            case Payload.AgentComplete p -> "";
            case Payload.Status p -> throw notAnAgents(p);
            case Payload.RunComplete p -> throw notAnAgents(p);
            case Payload.Gap p -> throw notAnAgents(p);
            case Payload.Heartbeat p -> throw notAnAgents(p);
            case Payload.CaughtUp p -> throw notAnAgents(p);
            case Payload.SourceChanged p -> throw notAnAgents(p);
        };
    }
}
