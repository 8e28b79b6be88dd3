package dev.aideator.orchestrator.pick;

import java.time.Instant;

/** A choice of a variation's attempt, and why; {@code reason} is null when none was given. */
public record PickView(int variation, long attempt, String reason, Instant pickedAt) {}
