package dev.aideator.events;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.Locale;

/**
 * What an event says beyond who said it and when. Fields that are null are left out of the JSON, but for those whose
 * null says something.
 */
public sealed interface Payload {

    /** A wire name is the constant's name in lower case. */
    private static String wire(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Text as the agent wrote it; pieces follow each other without a separator. */
    record AgentOutput(String content) implements Payload {}

    /** A line of the system's own log. */
    record AgentLog(Level level, String content) implements Payload {
        public enum Level {
            DEBUG,
            INFO,
            WARN,
            ERROR;

            public String wireName() {
                return wire(this);
            }
        }
    }

    /** A tool call; {@code callId} joins its phases, {@code input} and {@code output} are null where not yet known. */
    record AgentTool(String callId, String name, Phase phase, JsonNode input, String output) implements Payload {
        public enum Phase {
            STARTED,
            FINISHED,
            FAILED;

            public String wireName() {
                return wire(this);
            }
        }
    }

    /** Tokens used since the event of this type before, and their cost in US dollars, null when unknown. */
    record AgentUsage(String model, long inputTokens, long outputTokens, Double costUsd, CostSource costSource)
            implements Payload {
        public enum CostSource {
            REPORTED,
            ESTIMATED,
            UNKNOWN;

            public String wireName() {
                return wire(this);
            }
        }
    }

    /** One of {@code parts} pieces, counted from 1, of a file or patch; a piece's content is at most 256 KiB. */
    record AgentArtifact(String name, String mediaType, int part, int parts, Encoding encoding, String content)
            implements Payload {
        public enum Encoding {
            UTF8,
            BASE64;

            public String wireName() {
                return wire(this);
            }
        }
    }

    /** What went wrong, as a stable code and a sentence, and what to do about it. */
    record AgentError(String code, String content, String hint) implements Payload {}

    /** The agent's last word: the outcome, a stable reason code, and a sentence that a person understands. */
    record AgentComplete(Outcome outcome, String reason, String detail) implements Payload {}

    /**
     * A state that changed: of a variation's attempt, or of the run when {@code variation} is null. {@code outcome},
     * {@code reason} (a stable code) and {@code detail} (a sentence) come with the end.
     */
    record Status(Integer variation, Long attempt, String state, Outcome outcome, String reason, String detail)
            implements Payload {}

    /** The run ended in {@code state}; {@code position} lists every producer's last event, this one included. */
    record RunComplete(String state, Position position) implements Payload {}

    /** Events {@code from} to {@code to} of this producer and epoch are gone; {@code to} null: nobody knows how many. */
    record Gap(long from, Long to) implements Payload {}

    /** The gateway is there. Never stored. */
    record Heartbeat() implements Payload {}

    /** What follows is live. Never stored. */
    record CaughtUp() implements Payload {}

    /** The gateway reads from elsewhere now: {@code redis}, {@code logs} or {@code archive}. Never stored. */
    record SourceChanged(String source, String reason) implements Payload {}

    /** As it stands in JSON and in SSE's {@code event:}. */
    default String type() {
        return switch (this) {
            case AgentOutput p -> "agent_output";
            case AgentLog p -> "agent_log";
            case AgentTool p -> "agent_tool";
            case AgentUsage p -> "agent_usage";
            case AgentArtifact p -> "agent_artifact";
            case AgentError p -> "agent_error";
            case AgentComplete p -> "agent_complete";
            case Status p -> "status";
            case RunComplete p -> "run_complete";
            case Gap p -> "gap";
            case Heartbeat p -> "heartbeat";
            case CaughtUp p -> "caught_up";
            case SourceChanged p -> "source_changed";
        };
    }
}
