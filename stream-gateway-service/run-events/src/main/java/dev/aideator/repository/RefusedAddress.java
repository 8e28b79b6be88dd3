package dev.aideator.repository;

/** A repository's address that may not be cloned; the message tells the user why and what to do. */
public final class RefusedAddress extends RuntimeException {

    public RefusedAddress(String message) {
        super(message);
    }
}
