package dev.aideator.orchestrator.catalogue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

import java.util.List;
import java.util.Optional;

/** Which agents and models this installation offers. Command agents are named beside it, see {@link CommandAgents}. */
@ConfigMapping(prefix = "aideator.catalogue")
public interface CatalogueConfig {

    /** The agent of a run that names neither an agent nor a model. */
    @WithDefault("survey")
    String defaultAgent();

    /** The models that are offered in lists; others that the endpoint has can be named as well. */
    Optional<List<String>> models();

    /** The key of the OpenAI-compatible endpoint. */
    Optional<String> openaiApiKey();

    /** The OpenAI-compatible endpoint; one that is not OpenAI's own may do without a key. */
    Optional<String> openaiBaseUrl();
}
