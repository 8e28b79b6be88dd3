package dev.aideator.orchestrator.catalogue;

import dev.aideator.orchestrator.job.JobConfig;
import dev.aideator.orchestrator.run.api.ImageConfig;
import dev.aideator.orchestrator.run.api.RunLimits;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

import java.util.List;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What can run here and, if something can't, why. Answers from memory, on the event loop. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Catalogue")
class CatalogueResource {

    private final AgentList agents;
    private final ModelList models;

    CatalogueResource(Catalogue catalogue, RunLimits limits, ImageConfig images, JobConfig jobs) {
        this.agents = new AgentList(
                catalogue.agents().stream()
                        .map(agent -> AgentJson.of(agent, catalogue.defaultAgent()))
                        .toList(),
                limits.maxVariations(),
                allowedImages(images, jobs));
        this.models =
                new ModelList(catalogue.models().stream().map(ModelJson::of).toList());
    }

    private static List<String> allowedImages(ImageConfig images, JobConfig jobs) {
        return switch (jobs.launcher()) {
            case LOCAL -> List.of();
            case KUBERNETES ->
                images.allowed().orElse(List.of()).stream()
                        .map(String::strip)
                        .filter(pattern -> !pattern.isEmpty())
                        .toList();
        };
    }

    @Schema(name = "AgentList")
    record AgentList(
            List<AgentJson> agents,

            @Schema(description = "How many variations a run may have.")
            int maxVariations,

            @Schema(description = "Patterns of the images that a run may ask for; none where agents work in no image.")
            List<String> allowedImages) {}

    @Schema(name = "Agent", description = "A way to turn a prompt and a checkout into a result.")
    record AgentJson(
            @Schema(description = "What a run asks for it by.")
            String name,

            String title,
            String description,
            boolean available,

            @Schema(description = "Why it can't run here, and what would change that; null if it can.")
            String reason,

            @Schema(description = "Whether a run must name a model as well.")
            boolean needsModel,

            @Schema(name = "default", description = "Whether runs get it that name neither an agent nor a model.")
            @JsonProperty("default")
            boolean isDefault) {
        static AgentJson of(Agent agent, String defaultAgent) {
            String reason = agent instanceof Agent.Unavailable away ? away.reason() : null;
            return new AgentJson(
                    agent.name(),
                    agent.title(),
                    agent.description(),
                    reason == null,
                    reason,
                    agent.needsModel(),
                    agent.name().equals(defaultAgent));
        }
    }

    @Schema(name = "ModelList")
    record ModelList(List<ModelJson> models) {}

    @Schema(name = "Model", description = "A model, and the agent that uses it.")
    record ModelJson(
            String name,
            String agent,
            boolean available,

            @Schema(description = "Why it can't be used here, and what would change that; null if it can.")
            String reason) {
        static ModelJson of(Model model) {
            return new ModelJson(model.name(), model.agent(), model.available(), model.reason());
        }
    }

    @GET
    @Path("agents")
    @Operation(
            operationId = "listAgents",
            summary = "List agents",
            description = "All agents that are known here, also those that can't run, with what they lack.")
    @APIResponse(
            responseCode = "200",
            description = "The agents.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = AgentList.class),
                            examples = @ExampleObject(name = "agents", ref = "agents")))
    public AgentList agents() {
        return agents;
    }

    @GET
    @Path("models")
    @Operation(
            operationId = "listModels",
            summary = "List models",
            description =
                    "The models that are offered here (AIDEATOR_MODELS). Others that the endpoint has can be named"
                            + " as well.")
    @APIResponse(
            responseCode = "200",
            description = "The models.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelList.class),
                            examples = @ExampleObject(name = "models", ref = "models")))
    public ModelList models() {
        return models;
    }
}
