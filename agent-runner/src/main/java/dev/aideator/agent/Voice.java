package dev.aideator.agent;

import dev.aideator.events.Payload;

/** How an agent speaks. What it says is masked, numbered and on its way when a call returns. Thread-safe. */
public interface Voice {

    /** A piece of the agent's text, of any length; pieces follow each other without a separator. */
    void output(String text);

    /** Anything else: a log line, a tool call, usage. */
    void tell(Payload payload);

    /** A piece of a log, of any length; its lines become events. */
    void log(String text);

    default void log(Payload.AgentLog.Level level, String line) {
        tell(new Payload.AgentLog(level, line));
    }
}
