package dev.aideator.orchestrator.run;

import java.util.Optional;

/**
 * What an attempt is to do.
 *
 * @param image what the agent works in, null for the installation's own
 * @param jobUid the Job that was made for it already, so that no other must be
 * @param seen whether it was started already, so that it must not be started again: its Job was recorded, or its agent
 *     has shown itself
 */
public record Assignment(
        AttemptRef attempt,
        String githubUrl,
        String prompt,
        String baseRef,
        AgentChoice agent,
        String image,
        Optional<String> jobUid,
        boolean seen) {}
