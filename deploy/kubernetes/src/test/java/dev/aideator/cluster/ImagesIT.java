package dev.aideator.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/** What the registry says of our images. */
@Tag("cluster")
class ImagesIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @BeforeAll
    static void needsCluster() {
        Cluster.connect().close();
    }

    private final Images images = Images.fromEnvironment();

    @ParameterizedTest
    @ValueSource(strings = {"orchestrator", "gateway", "agent-runner"})
    void runs_as_nobody_in_particular_and_says_what_it_is(String name) throws Exception {
        JsonNode manifest = get("/v2/aideator/" + name + "/manifests/" + images.tag());
        JsonNode image = get("/v2/aideator/" + name + "/blobs/"
                + manifest.path("config").path("digest").asText());

        assertThat(image.path("config").path("User").asText()).matches("[1-9][0-9]*(:[0-9]+)?");
        assertThat(image.path("config")
                        .path("Labels")
                        .path("org.opencontainers.image.title")
                        .asText())
                .startsWith("AIdeator");
        // Not when it was built: the same sources are the same image.
        assertThat(image.path("created").asText()).startsWith("1970-01-01");
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        String scheme = images.registry().startsWith("localhost:") ? "http://" : "https://";
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(scheme + images.registry() + path))
                            .header("Accept", "application/vnd.docker.distribution.manifest.v2+json")
                            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            return JSON.readTree(answer.body());
        }
    }
}
