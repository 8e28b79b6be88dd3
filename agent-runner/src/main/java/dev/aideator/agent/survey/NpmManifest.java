package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Manifest.Dependency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.util.ArrayList;
import java.util.List;

/** A package.json. */
final class NpmManifest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private NpmManifest() {}

    static Manifest read(String path, String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("No readable package.json", e);
        }
        List<Dependency> dependencies = new ArrayList<>();
        add(dependencies, root.path("dependencies"), null);
        add(dependencies, root.path("peerDependencies"), "peer");
        add(dependencies, root.path("optionalDependencies"), "optional");
        add(dependencies, root.path("devDependencies"), "dev");
        List<String> scripts = new ArrayList<>();
        root.path("scripts").fieldNames().forEachRemaining(scripts::add);
        return new Manifest(path, "npm", root.path("name").asText(null), dependencies, scripts);
    }

    private static void add(List<Dependency> dependencies, JsonNode node, String scope) {
        node.properties()
                .forEach(field -> dependencies.add(
                        new Dependency(field.getKey(), field.getValue().asText(), scope)));
    }
}
