package dev.aideator.orchestrator.run;

import java.util.Optional;
import java.util.UUID;

/** Names a run. */
public record RunId(UUID value) {

    /** Empty for text that is not a UUID in its usual form. */
    public static Optional<RunId> parse(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            // fromString also takes shortened forms, which would give one run several addresses.
            return uuid.toString().equalsIgnoreCase(text) ? Optional.of(new RunId(uuid)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
