package dev.aideator.local;

/** Something that the user has to change first; the message says what. */
final class Refusal extends RuntimeException {

    Refusal(String message) {
        super(message);
    }
}
