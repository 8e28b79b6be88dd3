package dev.aideator.events;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of a run in Redis. */
public record RunKeys(String runId) {

    private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern CHANNEL =
            Pattern.compile("run:([A-Za-z0-9_-]{1,64}):(output|logs|status|control)" + "(?::(0|[1-9][0-9]{0,3}))?");

    public RunKeys {
        if (!isRunId(runId)) {
            throw new IllegalArgumentException("A run id has 1 to 64 of A-Z a-z 0-9 _ -");
        }
    }

    public static boolean isRunId(String text) {
        return RUN_ID.matcher(text).matches();
    }

    /** The stream of one producer; the literal braces keep a run in one slot of a Redis Cluster. */
    public String events(Producer producer) {
        return "run:{" + runId + "}:events:" + producer;
    }

    public String output(int variation) {
        return "run:" + runId + ":output:" + variation;
    }

    public String logs(int variation) {
        return "run:" + runId + ":logs:" + variation;
    }

    public String status() {
        return "run:" + runId + ":status";
    }

    public String control() {
        return "run:" + runId + ":control";
    }

    /** Where an event is announced. */
    public String channel(Event event) {
        return switch (event.payload()) {
            case Payload.AgentOutput e -> output(event.producer().index());
            case Payload.AgentTool e -> output(event.producer().index());
            case Payload.AgentUsage e -> output(event.producer().index());
            case Payload.AgentArtifact e -> output(event.producer().index());
            case Payload.AgentError e -> output(event.producer().index());
            case Payload.AgentComplete e -> output(event.producer().index());
            case Payload.AgentLog e -> logs(event.producer().index());
            case Payload.Gap e ->
                event.producer().isRun() ? status() : output(event.producer().index());
            case Payload.Status e -> status();
            case Payload.RunComplete e -> status();
            case Payload.Heartbeat e -> throw neverStored(event);
            case Payload.CaughtUp e -> throw neverStored(event);
            case Payload.SourceChanged e -> throw neverStored(event);
        };
    }

    /** The same for a line whose type this version may not know. */
    public String channel(Producer producer, String type) {
        if (producer.isRun()) {
            return status();
        }
        return "agent_log".equals(type) ? logs(producer.index()) : output(producer.index());
    }

    private static IllegalArgumentException neverStored(Event event) {
        return new IllegalArgumentException("A gateway's own event has no channel: " + event);
    }

    /** A channel taken apart. {@code producer} is the run for the status and control channels. */
    public record Channel(String runId, Kind kind, Producer producer) {
        public enum Kind {
            OUTPUT,
            LOGS,
            STATUS,
            CONTROL
        }

        /** Empty for a name that is no channel of a run. */
        public static Optional<Channel> parse(String name) {
            Matcher matcher = CHANNEL.matcher(name);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            Kind kind = Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
            boolean ofVariation = kind == Kind.OUTPUT || kind == Kind.LOGS;
            if (ofVariation != (matcher.group(3) != null)) {
                return Optional.empty();
            }
            Producer producer = ofVariation ? Producer.parse(matcher.group(3)) : Producer.RUN;
            return Optional.of(new Channel(matcher.group(1), kind, producer));
        }
    }
}
