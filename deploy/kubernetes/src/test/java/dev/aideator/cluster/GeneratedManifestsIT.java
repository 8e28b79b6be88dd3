package dev.aideator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What stands in the repository of the services' manifests is what their build writes. */
class GeneratedManifestsIT {

    private static final Path CHECKOUT = Path.of("../..");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @ParameterizedTest
    @CsvSource({"orchestrator-service, orchestrator", "stream-gateway-service, gateway"})
    void are_those_of_the_base(String module, String name) throws IOException {
        assertThat(objects(CHECKOUT.resolve("deploy/charts/aideator/base/" + name + ".yml")))
                .as("copy target/kubernetes/kubernetes.yml of %s there", module)
                .containsExactlyInAnyOrderElementsOf(
                        objects(CHECKOUT.resolve(module + "/target/kubernetes/kubernetes.yml")));
    }

    /** Whatever the order of their fields, which the build does not keep. */
    private static List<JsonNode> objects(Path manifest) throws IOException {
        return YAML.readerFor(JsonNode.class)
                .<JsonNode>readValues(manifest.toFile())
                .readAll();
    }
}
