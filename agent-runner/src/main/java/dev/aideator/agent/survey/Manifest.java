package dev.aideator.agent.survey;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A file that says what a part of the repository is built with and needs. Read loosely: enough to list, not to build. */
record Manifest(String path, String tool, String name, List<Dependency> dependencies, List<String> scripts) {

    /** {@code version} is null where the manifest leaves it to others; {@code scope} is null for the usual one. */
    record Dependency(String name, String version, String scope) {

        boolean isForTests() {
            return scope != null && scope.toLowerCase(Locale.ROOT).matches("test.*|dev|development");
        }

        /** Whether two builds on two days may take two versions. */
        boolean floats() {
            return version != null
                    && (version.matches("[*^~><].*|.*\\.[x*+]|.*\\+$|latest|.*-SNAPSHOT")
                            || version.matches("(?i)(any|release)"));
        }
    }

    static Optional<Manifest> of(RepoFile file, String text) {
        if (file.size() > 512 * 1024) {
            return Optional.empty();
        }
        String name = file.lowerName();
        try {
            return switch (name) {
                case "pom.xml" -> Optional.of(MavenManifest.read(file.path(), text));
                case "package.json" -> Optional.of(NpmManifest.read(file.path(), text));
                case "go.mod" -> Optional.of(LineManifests.goMod(file.path(), text));
                case "cargo.toml" -> Optional.of(LineManifests.cargo(file.path(), text));
                case "pyproject.toml" -> Optional.of(LineManifests.pyproject(file.path(), text));
                case "gemfile" -> Optional.of(LineManifests.gemfile(file.path(), text));
                case "build.gradle", "build.gradle.kts" -> Optional.of(LineManifests.gradle(file.path(), text));
                default ->
                    name.matches("(.*-)?requirements(-.*)?\\.(txt|in)|requirements.*\\.txt")
                            ? Optional.of(LineManifests.requirements(file.path(), text))
                            : Optional.empty();
            };
        } catch (RuntimeException e) {
            // Half a file, or a template of one: it is listed, and nothing is said of what is in it.
            return Optional.of(new Manifest(file.path(), toolOf(name), null, List.of(), List.of()));
        }
    }

    private static String toolOf(String name) {
        return switch (name) {
            case "pom.xml" -> "Maven";
            case "package.json" -> "npm";
            default -> "unknown";
        };
    }

    /** The lock files of which one should be beside this manifest, or above it; none for tools that need none. */
    List<String> lockFiles() {
        return switch (tool) {
            case "npm" ->
                List.of(
                        "package-lock.json",
                        "yarn.lock",
                        "pnpm-lock.yaml",
                        "bun.lockb",
                        "bun.lock",
                        "npm-shrinkwrap.json");
            case "Cargo" -> List.of("Cargo.lock");
            case "Go modules" -> List.of("go.sum");
            case "Bundler" -> List.of("Gemfile.lock");
            case "Python project" -> List.of("poetry.lock", "uv.lock", "pdm.lock", "requirements.txt", "Pipfile.lock");
            default -> List.of();
        };
    }
}
