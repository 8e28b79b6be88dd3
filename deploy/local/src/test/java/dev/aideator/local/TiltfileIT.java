package dev.aideator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the Tiltfile declares, as a Starlark interpreter with stand-ins for Tilt's functions sees it. Tilt itself, which
 * wants a cluster, is not asked.
 */
class TiltfileIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CHECKOUT = TestStack.CHECKOUT;
    private static final Path INTERPRETER = Path.of("target/starlark").toAbsolutePath();

    @TempDir
    static Path folder;

    private static JsonNode declared;

    @BeforeAll
    static void load() throws Exception {
        boolean installed = Files.exists(INTERPRETER.resolve("ready"))
                || (run("python3", "-m", "venv", INTERPRETER.toString()).code() == 0
                        && run(
                                                INTERPRETER.resolve("bin/pip").toString(),
                                                "install",
                                                "--quiet",
                                                "starlark-pyo3==2026.1.3",
                                                "pyyaml==6.0.4")
                                        .code()
                                == 0);
        Assumptions.assumeTrue(
                installed, "SKIPPED: the Tiltfile is read by a Python 3 with venv and pip, and packages from PyPI");
        Files.write(INTERPRETER.resolve("ready"), new byte[0]);
        declared = declared();
    }

    @Test
    void watches_files_that_exist() {
        for (JsonNode build : declared.path("custom_build")) {
            assertThat(texts(build.path("deps")))
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(CHECKOUT.resolve(path)).exists());
        }
        for (JsonNode local : declared.path("local_resource")) {
            assertThat(texts(local.path("deps")))
                    .allSatisfy(path -> assertThat(CHECKOUT.resolve(path)).exists());
            assertThat(CHECKOUT.resolve(local.path("serve_dir").asText()).resolve("package.json"))
                    .content()
                    .contains("\"dev\": \"vite\"");
        }
    }

    @Test
    void every_image_that_it_builds_is_what_a_workload_or_the_orchestrator_is_told_to_run() {
        assertThat(texts(declared.path("custom_build"), "ref"))
                .containsExactlyInAnyOrder("aideator/orchestrator", "aideator/gateway", "aideator/agent-runner");
        assertThat(images()).containsAll(texts(declared.path("custom_build"), "ref"));
        // One that is deployed and not built would have to be in a registry that nobody has.
        assertThat(images())
                .filteredOn(image -> !image.startsWith("docker.io/library/"))
                .containsExactlyInAnyOrderElementsOf(texts(declared.path("custom_build"), "ref"));
    }

    @Test
    void the_script_takes_the_options_of_every_build() throws Exception {
        for (JsonNode settings : List.of(declared, declared("jvm-runner=true"))) {
            for (JsonNode build : settings.path("custom_build")) {
                // What Maven is asked for, from a checkout whose Maven only says it.
                String asked = askedOfMaven(build.path("command").asText());
                assertThat(asked)
                        .contains(
                                "-Dquarkus.container-image.image=localhost:5000/x:tilt-build-1",
                                "-Dquarkus.container-image.push=true",
                                "-Dquarkus.container-image.insecure=true");
                String module = texts(build.path("deps")).get(1).replace("/pom.xml", "");
                assertThat(asked.lines()).singleElement().asString().contains("-pl " + module + " ");
            }
        }
    }

    @Test
    void forwards_the_four_ports_and_links_to_them() throws IOException {
        Map<Integer, String> ports = new TreeMap<>();
        for (JsonNode resource : declared.path("k8s_resource")) {
            for (JsonNode forward : resource.path("port_forwards")) {
                ports.put(
                        forward.path("local_port").asInt(),
                        resource.path("workload").asText());
                assertThat(forward.path("name").asText()).isNotEmpty();
                assertThat(exposed(resource.path("workload").asText()))
                        .contains(forward.path("local_port").asInt());
            }
        }
        JsonNode dashboard = declared.path("local_resource").path(0);
        ports.put(
                dashboard.at("/readiness_probe/http_get/port").asInt(),
                dashboard.path("name").asText());

        assertThat(ports)
                .isEqualTo(Map.of(
                        3000, "dashboard",
                        6379, "aideator-redis",
                        8000, "aideator-orchestrator",
                        8001, "aideator-gateway"));
        assertThat(CHECKOUT.resolve("web/vite.config.ts")).content().contains("port: 3000,", "http://localhost:8000");
        assertThat(dashboard.at("/links/0/url").asText()).isEqualTo("http://localhost:3000");
    }

    @Test
    void every_resource_that_it_names_is_deployed() {
        TreeSet<String> known = new TreeSet<>(texts(declared.path("local_resource"), "name"));
        for (JsonNode object : declared.path("k8s_yaml")) {
            if (List.of("Deployment", "StatefulSet")
                    .contains(object.path("kind").asText())) {
                known.add(object.at("/metadata/name").asText());
            }
        }

        assertThat(known).containsAll(texts(declared.path("k8s_resource"), "workload"));
        for (String kind : List.of("k8s_resource", "local_resource")) {
            for (JsonNode resource : declared.path(kind)) {
                assertThat(known).containsAll(texts(resource.path("resource_deps")));
            }
        }
        assertThat(known).containsAll(texts(declared.path("cmd_button"), "resource"));
    }

    @Test
    void the_cluster_of_k3d_has_the_registry_that_it_pushes_to() {
        assertThat(declared.at("/default_registry/0/host").asText()).isEqualTo("localhost:5000");
        assertThat(CHECKOUT.resolve("deploy/local/k3d.yaml"))
                .content()
                .contains("hostPort: \"5000\"", "\"localhost:5000\":", "name: aideator\n");
        assertThat(declared.at("/allow_k8s_contexts/0/contexts").asText()).isEqualTo("k3d-aideator");
    }

    @Test
    void the_button_starts_a_run() throws Exception {
        try (TestStack stack = TestStack.start(folder.resolve("home"), Map.of())) {
            Result answer = run(texts(declared.at("/cmd_button/0/argv")).stream()
                    .map(word -> word.replace(
                            "localhost:8000", "localhost:" + stack.settings().port()))
                    .toArray(String[]::new));

            assertThat(answer.code()).as(answer.printed()).isZero();
            String run = JSON.readTree(answer.printed()).path("run_id").asText();
            assertThat(stack.api().get("/runs/{id}", run).jsonPath().getList("variations"))
                    .hasSize(3);
        }
    }

    private record Result(int code, String printed) {}

    private static Result run(String... command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(folder, "errors", "");
        Process process;
        try {
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        } catch (IOException e) {
            return new Result(-1, e.getMessage());
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return new Result(code, code == 0 ? printed : printed + Files.readString(errors));
    }

    /** {@code arguments}: what {@code tilt up --} is given, name=value. */
    private static JsonNode declared(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                INTERPRETER.resolve("bin/python").toString(),
                "src/test/tilt/load.py",
                CHECKOUT.resolve("Tiltfile").toString()));
        command.addAll(List.of(arguments));
        Result loaded = run(command.toArray(String[]::new));
        assertThat(loaded.code()).as(loaded.printed()).isZero();
        return JSON.readTree(loaded.printed());
    }

    private static String askedOfMaven(String command) throws IOException, InterruptedException {
        Path checkout = Files.createTempDirectory(folder, "checkout");
        Files.copy(CHECKOUT.resolve("aideator"), checkout.resolve("aideator"));
        Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\necho \"$@\"\n");
        for (String script : List.of("aideator", "mvnw")) {
            assertThat(checkout.resolve(script).toFile().setExecutable(true)).isTrue();
        }
        Result asked = run(
                "sh",
                "-c",
                "cd '" + checkout
                        + "' && export EXPECTED_REGISTRY=localhost:5000 EXPECTED_REF=localhost:5000/x:tilt-build-1 && "
                        + command);
        assertThat(asked.code()).as(asked.printed()).isZero();
        return asked.printed();
    }

    /** All images of workloads, and those that are named to the orchestrator for agents without a program; untagged. */
    private static TreeSet<String> images() {
        TreeSet<String> images = new TreeSet<>();
        for (JsonNode object : declared.path("k8s_yaml")) {
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                images.add(container.path("image").asText());
                for (JsonNode variable : container.path("env")) {
                    if (variable.path("name").asText().equals("AIDEATOR_AGENT_IMAGE")) {
                        images.add(variable.path("value").asText());
                    }
                }
            }
        }
        TreeSet<String> untagged = new TreeSet<>();
        images.forEach(image -> untagged.add(image.replaceFirst(":[^:/]*$", "")));
        return untagged;
    }

    private static List<Integer> exposed(String workload) {
        List<Integer> ports = new ArrayList<>();
        for (JsonNode object : declared.path("k8s_yaml")) {
            if (object.at("/metadata/name").asText().equals(workload)) {
                object.at("/spec/template/spec/containers/0/ports")
                        .forEach(port -> ports.add(port.path("containerPort").asInt()));
            }
        }
        return ports;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static List<String> texts(JsonNode array, String field) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(element -> element.path(field).asText())
                .toList();
    }
}
