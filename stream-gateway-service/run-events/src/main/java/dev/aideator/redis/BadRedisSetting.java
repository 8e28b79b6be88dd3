package dev.aideator.redis;

/** A variable about Redis that says what it can't; the message names it, says what to do, and shows no password. */
public final class BadRedisSetting extends IllegalArgumentException {

    BadRedisSetting(String message) {
        super(message);
    }
}
