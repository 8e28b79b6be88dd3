package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.edge.Texts;
import dev.aideator.orchestrator.run.AgentChoice;
import dev.aideator.orchestrator.run.NewRun;
import dev.aideator.repository.HostPolicy;
import dev.aideator.repository.RepositoryAddress;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import jakarta.enterprise.context.ApplicationScoped;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** Turns the body of POST /runs into a run that can be started, or says what must change about it. */
@ApplicationScoped
class RunRequestCheck {

    private static final int MAX_REF = 255;
    // What git check-ref-format refuses, and a leading dash, which some git command might take for an option.
    private static final Pattern NOT_IN_REF =
            Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//|^[-/.]|/\\.|[/.]$|\\.lock(/|$)");

    private final RunLimits limits;
    private final HostPolicy hosts;
    private final ImageCheck images;
    private final AgentCheck agents;

    RunRequestCheck(RunLimits limits, RepositoryConfig repositories, ImageCheck images, AgentCheck agents) {
        this.limits = limits;
        this.hosts = repositories.policy();
        this.images = images;
        this.agents = agents;
    }

    NewRun check(RunRequest request) {
        if (request == null) {
            throw invalid(
                    "body-missing",
                    "The body is missing",
                    "Send a JSON object with at least github_url and prompt, and Content-Type: application/json.");
        }
        return new NewRun(
                repository(request.githubUrl()),
                prompt(request.prompt()),
                baseRef(request.baseRef()),
                images.check(request.image()),
                choices(request));
    }

    private String repository(String githubUrl) {
        String pasted = githubUrl == null ? null : Texts.kept(githubUrl.strip());
        return RepositoryAddress.parse(pasted, hosts).text();
    }

    private String prompt(String prompt) {
        if (prompt == null || prompt.isBlank()) {
            throw invalid(
                    "prompt-missing", "prompt is missing", "Say in prompt what the agents should do; it is empty.");
        }
        String kept = Texts.kept(prompt);
        int bytes = kept.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limits.maxPromptBytes()) {
            throw invalid(
                    "prompt-too-long",
                    "prompt is too long",
                    "Your prompt has " + bytes + " bytes and may have " + limits.maxPromptBytes()
                            + "; put long texts into a file of the repository and name it in the prompt.");
        }
        return kept;
    }

    private static String baseRef(String baseRef) {
        if (baseRef == null || baseRef.isBlank()) {
            return null;
        }
        if (baseRef.length() > MAX_REF
                || !baseRef.equals(Texts.kept(baseRef))
                || NOT_IN_REF.matcher(baseRef).find()) {
            throw invalid(
                    "base-ref-invalid",
                    "base_ref is not a git ref",
                    "Give base_ref as a branch, tag or commit, such as main or v1.2.0, of at most " + MAX_REF
                            + " characters; you sent \"" + Texts.shown(baseRef) + "\".");
        }
        return baseRef;
    }

    private List<AgentChoice> choices(RunRequest request) {
        if (request.agents() == null) {
            int count = count(request.variations());
            return Collections.nCopies(count, agents.check(request, null, "agent_config"));
        }
        int count = request.agents().size();
        if (request.variations() != null && request.variations() != count) {
            count(request.variations());
            throw invalid(
                    "variations-contradicted",
                    "variations and agents differ",
                    "You asked for " + request.variations() + " variations and named " + count
                            + " agents; leave variations out, or name one agent for each.");
        }
        count(count);
        List<AgentChoice> choices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            choices.add(agents.check(request, request.agents().get(i), "agents[" + i + "]"));
        }
        return choices;
    }

    private int count(Integer variations) {
        int count = variations == null ? Math.min(limits.defaultVariations(), limits.maxVariations()) : variations;
        if (count < 1 || count > limits.maxVariations()) {
            throw invalid(
                    "variations-out-of-range",
                    "variations must be 1 to " + limits.maxVariations(),
                    "You asked for " + count + "; MAX_VARIATIONS is " + limits.maxVariations() + ".");
        }
        return count;
    }
}
