package dev.aideator.orchestrator.run;

/**
 * What an attempt is to do.
 *
 * @param seen whether its agent has shown itself already, so that it must not be started again
 */
public record Assignment(
        AttemptRef attempt, String githubUrl, String prompt, String baseRef, AgentChoice agent, boolean seen) {}
