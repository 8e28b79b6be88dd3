package dev.aideator.agent.task;

/** A variable that is missing or says what it can't; the message names it and what it takes. */
public final class BadSetting extends RuntimeException {

    BadSetting(String message) {
        super(message);
    }
}
