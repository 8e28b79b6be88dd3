package dev.aideator.orchestrator.run;

import java.util.List;

/**
 * What is asked for, validated by whoever took it: one variation per agent choice.
 *
 * @param baseRef the branch, tag or commit to start from; null for the repository's default branch
 * @param image what the agents work in; null for the installation's own
 */
public record NewRun(String githubUrl, String prompt, String baseRef, String image, List<AgentChoice> agents) {

    public NewRun {
        agents = List.copyOf(agents);
        if (agents.isEmpty()) {
            throw new IllegalArgumentException("A run has at least one variation");
        }
    }
}
