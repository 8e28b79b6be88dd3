package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.edge.ProblemException;
import dev.aideator.orchestrator.job.JobConfig;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ImageCheckTest {

    private static final String DIGEST = "@sha256:" + "0123456789abcdef".repeat(4);

    private static ImageCheck on(String launcher, String allowed) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(
                        Map.of("aideator.job.launcher", launcher, "aideator.images.allowed", allowed), "test", 300))
                .withMapping(JobConfig.class)
                .withMapping(ImageConfig.class)
                .build();
        return new ImageCheck(config.getConfigMapping(JobConfig.class), config.getConfigMapping(ImageConfig.class));
    }

    private static void refused(ImageCheck images, String image, String slug, String why) {
        assertThatThrownBy(() -> images.check(image)).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal).hasMessageContaining(why);
            assertThat(refusal.problem().slug()).isEqualTo(slug);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alpine",
                "library/alpine:3.20",
                "ghcr.io/owner/name",
                "ghcr.io/owner/name:1.2-rc_3",
                "localhost:5000/a/b-c/d.e__f:latest",
                "10.0.0.1:5000/x",
                "GHCR.io/owner/name"
            })
    void an_image_is_named_as_registries_know_it(String image) {
        ImageCheck images = on("kubernetes", "*");
        assertThat(images.check(image)).isEqualTo(image);
        assertThat(images.check(image + DIGEST)).isEqualTo(image + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Alpine",
                "ghcr.io/Owner/name",
                "ghcr.io/owner/",
                "ghcr.io//name",
                "/name",
                "ghcr.io/../name",
                "name:",
                "name:tag:tag",
                "name@sha256:12",
                "name@md5:" + "0123456789abcdef0123456789abcdef",
                "https://ghcr.io/owner/name",
                "na me",
                "name\n",
                "-name",
                "a..b",
                "name:-tag",
                "ghcr.io:port/name"
            })
    void what_no_registry_knows_is_no_image(String image) {
        refused(on("kubernetes", "*"), image, "image-invalid", "ghcr.io/owner/name:tag");
    }

    @Test
    void a_name_that_is_too_long_is_refused_at_once() {
        ImageCheck images = on("kubernetes", "*");
        refused(images, "a/".repeat(300) + "a", "image-invalid", "at most 512");
        refused(images, "a-".repeat(100_000) + "!", "image-invalid", "at most 512");
    }

    @Test
    void a_star_stands_for_any_path_and_tag() {
        ImageCheck images = on("kubernetes", "ghcr.io/me/*, docker.io/library/node:2*,registry.local/tool:1.0");
        assertThat(images.check("ghcr.io/me/a")).isNotNull();
        assertThat(images.check("ghcr.io/me/a/b/c:1" + DIGEST)).isNotNull();
        assertThat(images.check("docker.io/library/node:22-slim")).isNotNull();
        assertThat(images.check("registry.local/tool:1.0")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghcr.io/me",
                "ghcr.io/meme/a",
                "evil.io/ghcr.io/me/a",
                "docker.io/library/node:18",
                "registry.local/tool:1.0.1",
                "registryxlocal/tool:1.0",
                "registry.local/tool"
            })
    void what_no_pattern_matches_as_a_whole_is_not_allowed(String image) {
        ImageCheck images = on("kubernetes", "ghcr.io/me/*,docker.io/library/node:2*,registry.local/tool:1.0");
        refused(images, image, "image-not-allowed", "AIDEATOR_ALLOWED_IMAGES: ghcr.io/me/*, docker.io");
    }

    @Test
    void none_is_allowed_where_the_operator_names_none() {
        refused(on("kubernetes", ""), "alpine", "image-not-allowed", "there are none");
    }

    @Test
    void agents_that_are_processes_have_no_image() {
        refused(on("local", "*"), "alpine", "image-not-supported", "leave image out");
        assertThat(on("local", "*").check(" ")).isNull();
        assertThat(on("kubernetes", "").check(null)).isNull();
    }
}
