package dev.aideator.agent.end;

import dev.aideator.events.Outcome;

/**
 * Why an attempt can't go on, for the person who asked for it: a stable code, a sentence that says what happened, and
 * what to do about it.
 */
public final class Failure extends RuntimeException {

    private final Outcome outcome;
    private final String code;
    private final String hint;

    public Failure(String code, String sentence, String hint) {
        this(Outcome.FAILED, code, sentence, hint, null);
    }

    public Failure(String code, String sentence, String hint, Throwable cause) {
        this(Outcome.FAILED, code, sentence, hint, cause);
    }

    public Failure(Outcome outcome, String code, String sentence, String hint, Throwable cause) {
        super(sentence, cause);
        this.outcome = outcome;
        this.code = code;
        this.hint = hint;
    }

    Outcome outcome() {
        return outcome;
    }

    public String code() {
        return code;
    }

    public String hint() {
        return hint;
    }
}
