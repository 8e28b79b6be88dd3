package dev.aideator.orchestrator.run.api;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.List;

/** The body of POST /runs. What is left out is null. */
@Schema(name = "RunRequest", description = "A task for several agents at once.")
record RunRequest(
        @Schema(
                required = true,
                description = "The repository: an https address. Paths on the service's own machine only where"
                        + " AIDEATOR_ALLOW_LOCAL_REPOS is true.",
                examples = "https://github.com/quarkusio/quarkus-quickstarts")
        String githubUrl,

        @Schema(
                required = true,
                description = "The task, as text: at most 100,000 bytes of UTF-8.",
                examples = "Where would you start to make this project easier to test?")
        String prompt,

        @Schema(
                description = "How many agents work on it, side by side: 1 to MAX_VARIATIONS (5).",
                defaultValue = "3",
                minimum = "1")
        Integer variations,

        @Schema(description = "Asks for the agent claude-code.", defaultValue = "false")
        Boolean useClaudeCode,

        @Schema(description = "Model and parameters of every variation that does not name its own.")
        AgentConfig agentConfig,

        @Schema(
                description = "A branch, tag or commit to start from; by default the repository's default branch.",
                maxLength = 255,
                examples = "main")
        String baseRef,

        @Schema(
                description = "A container image with the toolchain that the agents need, for them to work in: one that"
                        + " AIDEATOR_ALLOWED_IMAGES allows, of the cluster's architecture and with a glibc. Only where"
                        + " agents run on Kubernetes.",
                maxLength = 512,
                examples = "ghcr.io/owner/toolchain:1.2")
        String image,

        @Schema(
                description = "One entry per variation, so that they can differ. When given, its length is the number"
                        + " of variations.")
        List<AgentRequest> agents) {

    @Schema(name = "AgentConfig")
    record AgentConfig(
            @Schema(description = "A model's name, see GET /models.", examples = "gpt-4o-mini")
            String model,

            @Schema(minimum = "0", maximum = "2") Double temperature,

            @Schema(minimum = "1", description = "How many tokens an answer may have.")
            Integer maxTokens) {}

    @Schema(name = "AgentRequest")
    record AgentRequest(
            @Schema(
                    description = "An agent's name, see GET /agents; by default llm when there is a model, else the"
                            + " installation's default agent.",
                    examples = "survey")
            String agent,

            @Schema(description = "A model's name, see GET /models.")
            String model,

            Parameters parameters) {}

    @Schema(name = "AgentParameters")
    record Parameters(
            @Schema(minimum = "0", maximum = "2") Double temperature,
            @Schema(minimum = "1") Integer maxTokens) {}
}
