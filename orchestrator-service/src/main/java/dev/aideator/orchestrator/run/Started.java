package dev.aideator.orchestrator.run;

/** A run that was accepted; {@code created} is false when an earlier request with the same key made it. */
public record Started(RunView run, boolean created) {}
