package dev.aideator.orchestrator.run;

/** A run changed, and the change is committed when observers after success hear of it. A hint: sweeps find it too. */
public record RunChanged(RunId run) {}
