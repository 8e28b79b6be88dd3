package dev.aideator.local;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The script's own work: what it reads, what it looks for. */
class ScriptTest {

    private static final Path SCRIPT =
            Path.of("../../aideator").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void reads_env_files_as_text_and_lets_the_environment_win() throws Exception {
        Files.writeString(folder.resolve(".env"), """
                # a comment
                PLAIN=one
                  export SPACED = two words   # and a remark
                QUOTED="three # four"
                SINGLE='it costs $5'
                WINDOWS=five\r
                EMPTY=
                DANGER=$(touch pwned)`touch pwned`
                TAKEN=from the file
                what is this
                HASH=a#b
                LAST=eight""");
        String printed = run(Map.of("TAKEN", "from outside"), """
                read_env_file .env
                printf '%s\\n' "$PLAIN" "$SPACED" "$QUOTED" "$SINGLE" "$WINDOWS" "${EMPTY-unset}" "$DANGER" "$TAKEN" "$HASH" "$LAST"
                """);
        assertThat(printed.lines())
                .containsExactly(
                        "aideator: a line of .env is not understood and left out: what is this",
                        "one",
                        "two words",
                        "three # four",
                        "it costs $5",
                        "five",
                        "unset",
                        "$(touch pwned)`touch pwned`",
                        "from outside",
                        "a#b",
                        "eight");
        assertThat(folder.resolve("pwned")).doesNotExist();
    }

    @Test
    void every_line_of_the_example_can_be_taken_into_use() throws Exception {
        String example = Files.readString(SCRIPT.resolveSibling(".env.example"));
        Files.writeString(folder.resolve(".env"), example.replaceAll("(?m)^#([A-Z])", "$1"));
        assertThat(run(Map.of(), "read_env_file .env; echo \"$MAX_VARIATIONS\""))
                .isEqualTo("5\n");
    }

    @Test
    void takes_no_other_jdk_than_25() throws Exception {
        jdk("17", "17.0.15");
        jdk("250", "250.1");
        Path right = jdk("25", "25.0.3");
        assertThat(run(Map.of(), "for h in 17 250 25; do is_jdk_25 \"$PWD/$h\" && echo \"$PWD/$h\"; done"))
                .isEqualTo(right + "\n");
    }

    @Test
    void adds_up_what_the_reports_say() throws Exception {
        Path reports = Files.createDirectories(folder.resolve("module/target/surefire-reports"));
        Files.writeString(
                reports.resolve("TEST-a.xml"),
                "<?xml version=\"1.0\"?>\n<testsuite xmlns:x=\"y\" name=\"a\" tests=\"10\" errors=\"1\" skipped=\"2\""
                        + " failures=\"1\">\n</testsuite>");
        Path web = Files.createDirectories(folder.resolve("web/target"));
        Files.writeString(
                web.resolve("vitest-unit.xml"),
                "<testsuites tests=\"3\" failures=\"0\"><testsuite name=\"b\" tests=\"3\" failures=\"0\" errors=\"0\""
                        + " skipped=\"0\"/></testsuites>");
        assertThat(run(Map.of(), "checkout=$PWD; summary")).isEqualTo("9 passed, 2 failed, 2 skipped\n");
    }

    @Test
    void a_stack_is_stopped_though_what_was_built_is_gone() throws Exception {
        String printed = run(Map.of(), """
                home=$PWD/home supervisor=$PWD/gone.jar
                mkdir -p home/run
                bash -c 'trap "exit 0" TERM; while :; do sleep 0.1; done' dev.aideator.local.Main &
                echo "{ \\"pid\\" : $! }" >home/run/stack.json
                [ "$(running_stack)" = $! ] || echo "not seen"
                down
                down
                """);
        assertThat(printed.lines())
                .containsExactly("Stopping; live runs end as cancelled.", "Stopped.", "Nothing is running.");
    }

    @Test
    void a_stranger_with_the_number_of_a_stack_is_none() throws Exception {
        assertThat(run(Map.of(), """
                home=$PWD/home
                mkdir -p home/run
                echo '{ "pid" : 1 }' >home/run/stack.json
                running_stack
                """)).isEmpty();
    }

    @Test
    void is_stale_once_a_source_is_changed_or_gone() throws Exception {
        assertThat(run(Map.of(), """
                checkout=$PWD supervisor=$PWD/local.jar stamp=$PWD/built
                mkdir -p .mvn deploy/local web/src web/public stream-gateway-service/src/test
                touch pom.xml local.jar web/src/gone.ts web/public/icon.svg
                for module in orchestrator-service agent-runner stream-gateway-service; do
                  mkdir -p $module/target/quarkus-app && touch $module/target/quarkus-app/quarkus-run.jar
                done
                find . -exec touch -d '1 minute ago' {} +
                touch built
                says() { if is_stale; then echo "$1: stale"; else echo "$1: fresh"; fi; }
                says built
                touch -d '1 minute' stream-gateway-service/src/test/ATest.java
                says test
                rm web/src/gone.ts
                touch -d '1 minute' web/src
                says source
                touch -d '1 minute ago' web/src
                rm web/public/icon.svg
                touch -d '1 minute' web/public
                says page
                """).lines())
                .containsExactly("built: fresh", "test: fresh", "source: stale", "page: stale");
    }

    @Test
    void makes_the_tools_image_by_the_container_engine_that_runs() throws Exception {
        String printed = run(Map.of(), """
                checkout=$PWD
                printf '<project>\\n  <version>1.0</version>\\n' >pom.xml
                mkdir bin
                for engine in docker podman buildah; do printf '#!/bin/sh\\nexit 1\\n' >bin/$engine; done
                printf '#!/bin/sh\\n[ "$1" = info ] || echo "podman $*"\\n' >bin/podman
                chmod +x bin/*
                PATH=$PWD/bin:$PATH
                need_standstill() { :; }
                need_jdk() { :; }
                need_node() { :; }
                native_options() { printf '%s' -Dnative; }
                build_images() { echo "maven $*"; }
                images --tools
                images --tools=debian:13 --registry registry.example.com --tag 2.0 --push
                printf '#!/bin/sh\\nexit 1\\n' >bin/podman
                (images --tools 2>&1) || true
                """);
        String file = folder.toRealPath() + "/agent-runner/src/main/tools/Containerfile";
        assertThat(printed.lines())
                .containsExactly(
                        "maven localhost:5000 -Dnative -Dquarkus.container-image.insecure=true",
                        "podman build --file " + file + " --tag localhost:5000/aideator/agent-tools:1.0 --label"
                                + " org.opencontainers.image.version=1.0 " + folder.toRealPath() + "/agent-runner",
                        "maven registry.example.com -Dnative -Dquarkus.container-image.tag=2.0"
                                + " -Dquarkus.container-image.push=true",
                        "podman build --file " + file + " --tag registry.example.com/aideator/agent-tools:2.0 --label"
                                + " org.opencontainers.image.version=2.0 --build-arg BASE=debian:13 "
                                + folder.toRealPath() + "/agent-runner",
                        "podman push registry.example.com/aideator/agent-tools:2.0",
                        "aideator: The image agent-tools is made by a container engine: start Docker, or install Podman"
                                + " or Buildah.");
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        assertThat(Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true))
                .isTrue();
        return home;
    }

    /** Runs {@code then} with the script's functions, in {@code folder}. */
    private String run(Map<String, String> environment, String then) throws IOException, InterruptedException {
        ProcessBuilder bash = new ProcessBuilder("bash", "-c", "source '" + SCRIPT + "' help >/dev/null\n" + then)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        bash.environment().putAll(environment);
        Process process = bash.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }
}
