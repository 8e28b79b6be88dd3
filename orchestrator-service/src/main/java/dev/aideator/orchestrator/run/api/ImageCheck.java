package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.edge.Texts;
import dev.aideator.orchestrator.job.JobConfig;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;

import static dev.aideator.orchestrator.edge.ProblemException.invalid;

/** Settles which image the agents of a run work in: one that the operator allows, where agents have images at all. */
@ApplicationScoped
class ImageCheck {

    private static final int MAX_LENGTH = 512;

    /** {@code host:port/path/name:tag@digest} as OCI registries know it; all but the name may be missing. */
    private static final Pattern REFERENCE = reference();

    private final boolean supported;
    private final List<String> allowed;
    private final List<Pattern> patterns;

    ImageCheck(JobConfig jobs, ImageConfig config) {
        this.supported = switch (jobs.launcher()) {
            case LOCAL -> false;
            case KUBERNETES -> true;
        };
        this.allowed = config.allowed().orElse(List.of()).stream()
                .map(String::strip)
                .filter(pattern -> !pattern.isEmpty())
                .toList();
        this.patterns = allowed.stream().map(ImageCheck::pattern).toList();
    }

    private static Pattern reference() {
        String label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
        String host = label + "(?:\\." + label + ")*(?::[0-9]{1,5})?";
        String part = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";
        String tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
        return Pattern.compile(
                "(?:" + host + "/)?" + part + "(?:/" + part + ")*(?::" + tag + ")?(?:@sha256:[0-9a-f]{64})?");
    }

    private static Pattern pattern(String allowed) {
        return Pattern.compile(
                Arrays.stream(allowed.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }

    /** Null for none. */
    String check(String image) {
        if (image == null || image.isBlank()) {
            return null;
        }
        if (!supported) {
            throw invalid(
                    "image-not-supported",
                    "Agents have no images here",
                    "Here agents are processes of the service's own machine and work in no image; leave image out.");
        }
        if (image.length() > MAX_LENGTH || !REFERENCE.matcher(image).matches()) {
            throw invalid(
                    "image-invalid",
                    "This is no image's name",
                    "Give image as a registry knows it, such as ghcr.io/owner/name:tag, of at most " + MAX_LENGTH
                            + " characters; you sent \"" + Texts.shown(image) + "\".");
        }
        if (patterns.stream().noneMatch(pattern -> pattern.matcher(image).matches())) {
            throw invalid(
                    "image-not-allowed",
                    "This image may not be used here",
                    "The image " + Texts.shown(image) + " is not among those that the operator allows in"
                            + " AIDEATOR_ALLOWED_IMAGES"
                            + (allowed.isEmpty() ? ": there are none." : ": " + String.join(", ", allowed) + "."));
        }
        return image;
    }
}
