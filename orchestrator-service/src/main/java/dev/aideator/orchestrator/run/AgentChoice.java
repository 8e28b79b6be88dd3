package dev.aideator.orchestrator.run;

/** Which agent works on a variation. Model and parameters are null where the agent's own default is meant. */
public record AgentChoice(String agent, String model, Double temperature, Integer maxTokens) {}
