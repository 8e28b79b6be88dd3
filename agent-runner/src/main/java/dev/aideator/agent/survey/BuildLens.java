package dev.aideator.agent.survey;

import dev.aideator.agent.survey.Manifest.Dependency;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the code stands on: manifests, dependencies and their versions, how it is built and checked. */
final class BuildLens {

    private BuildLens() {}

    static void write(Survey survey, Report report) throws InterruptedException {
        manifests(survey, report);
        dependencies(survey, report);
        versions(survey, report);
        locks(survey, report);
        pipeline(survey, report);
        MapLens.entryPoints(survey, report);
    }

    static void glance(Survey survey, Report report) throws InterruptedException {
        manifests(survey, report);
        dependencies(survey, report);
    }

    private static void manifests(Survey survey, Report report) throws InterruptedException {
        report.section("Manifests");
        List<Manifest> manifests = survey.findings.manifests;
        if (manifests.isEmpty()) {
            report.paragraph(
                    "None that this survey knows (Maven, Gradle, npm, pip, Python projects, Go, Cargo, Bundler).");
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Manifest manifest : manifests.subList(0, Math.min(25, manifests.size()))) {
            long tests = manifest.dependencies().stream()
                    .filter(Dependency::isForTests)
                    .count();
            rows.add(List.of(
                    Markdown.code(manifest.path()),
                    manifest.tool(),
                    manifest.name() == null ? "" : Markdown.code(manifest.name()),
                    Markdown.number(manifest.dependencies().size() - tests),
                    Markdown.number(tests)));
        }
        report.table(List.of("Manifest", "Tool", "Name", "#Dependencies", "#For tests"), rows);
        if (manifests.size() > 25) {
            report.paragraph("And " + Markdown.count(manifests.size() - 25L, "more manifest") + ".");
        }
        for (Manifest manifest : manifests) {
            if (!manifest.scripts().isEmpty()) {
                report.paragraph("Scripts of " + Markdown.code(manifest.path()) + ": "
                        + manifest.scripts().stream()
                                .limit(20)
                                .map(Markdown::code)
                                .collect(Collectors.joining(", "))
                        + ".");
            }
        }
    }

    private static void dependencies(Survey survey, Report report) throws InterruptedException {
        Map<String, List<Dependency>> byTool = new LinkedHashMap<>();
        for (Manifest manifest : survey.findings.manifests) {
            byTool.computeIfAbsent(manifest.tool(), tool -> new ArrayList<>()).addAll(manifest.dependencies());
        }
        byTool.values().removeIf(List::isEmpty);
        if (byTool.isEmpty()) {
            return;
        }
        report.section("Dependencies");
        for (Map.Entry<String, List<Dependency>> tool : byTool.entrySet()) {
            report.part(tool.getKey());
            Map<String, Set<String>> versions = new TreeMap<>();
            Map<String, Integer> users = new TreeMap<>();
            for (Dependency dependency : tool.getValue()) {
                if (!"indirect".equals(dependency.scope())) {
                    String key = dependency.name() + (dependency.isForTests() ? " (tests)" : "");
                    users.merge(key, 1, Integer::sum);
                    Set<String> known = versions.computeIfAbsent(key, name -> new TreeSet<>());
                    if (dependency.version() != null) {
                        known.add(dependency.version());
                    }
                }
            }
            List<List<String>> rows = versions.entrySet().stream()
                    .sorted(Comparator.comparingInt((Map.Entry<String, Set<String>> entry) -> users.get(entry.getKey()))
                            .reversed())
                    .limit(40)
                    .map(entry -> List.of(
                            Markdown.code(entry.getKey()),
                            entry.getValue().isEmpty()
                                    ? "(managed elsewhere)"
                                    : entry.getValue().stream()
                                            .map(Markdown::code)
                                            .collect(Collectors.joining(", ")),
                            Markdown.number(users.get(entry.getKey()))))
                    .toList();
            report.table(List.of("Dependency", "Version", "#Manifests"), rows);
            if (versions.size() > 40) {
                report.paragraph("And " + (versions.size() - 40) + " more.");
            }
        }
    }

    /** The same dependency in several versions. */
    private static void versions(Survey survey, Report report) throws InterruptedException {
        Map<String, Map<String, List<String>>> seen = new TreeMap<>();
        for (Manifest manifest : survey.findings.manifests) {
            for (Dependency dependency : manifest.dependencies()) {
                if (dependency.version() != null) {
                    seen.computeIfAbsent(manifest.tool() + " " + dependency.name(), name -> new TreeMap<>())
                            .computeIfAbsent(dependency.version(), version -> new ArrayList<>())
                            .add(manifest.path());
                }
            }
        }
        seen.values().removeIf(versions -> versions.size() < 2);
        if (seen.isEmpty()) {
            return;
        }
        report.section("In several versions");
        for (Map.Entry<String, Map<String, List<String>>> entry : seen.entrySet()) {
            report.item(Markdown.code(entry.getKey()) + ": "
                    + entry.getValue().entrySet().stream()
                            .map(version -> Markdown.code(version.getKey()) + " in "
                                    + Markdown.code(version.getValue().getFirst()))
                            .collect(Collectors.joining(", ")));
        }
        report.end();
        survey.advise(
                58,
                "Use one version of " + Markdown.code(seen.keySet().iterator().next())
                        + (seen.size() > 1 ? ", and of " + (seen.size() - 1) + " others" : "")
                        + ": the manifests name several.");
    }

    static void locks(Survey survey, Report report) throws InterruptedException {
        Set<String> paths = survey.findings.files.stream().map(RepoFile::path).collect(Collectors.toSet());
        List<Manifest> open = survey.findings.manifests.stream()
                .filter(manifest -> !manifest.lockFiles().isEmpty()
                        && !manifest.dependencies().isEmpty()
                        && !isLocked(manifest, paths))
                .toList();
        List<String> floating = open.stream()
                .flatMap(manifest -> manifest.dependencies().stream())
                .filter(Dependency::floats)
                .map(Dependency::name)
                .distinct()
                .toList();
        if (open.isEmpty()) {
            return;
        }
        report.section("Not locked");
        for (Manifest manifest : open) {
            report.item(Markdown.code(manifest.path()) + " has no lock file beside or above it");
        }
        report.end();
        if (!floating.isEmpty()) {
            report.paragraph("Two builds may take two versions of: "
                    + floating.stream().limit(15).map(Markdown::code).collect(Collectors.joining(", ")) + ".");
        }
        survey.advise(
                57,
                "Check in a lock file for " + Markdown.code(open.getFirst().path())
                        + ", so that two builds get the same dependencies.");
    }

    private static boolean isLocked(Manifest manifest, Set<String> paths) {
        String folder = manifest.path().substring(0, manifest.path().lastIndexOf('/') + 1);
        while (true) {
            for (String lock : manifest.lockFiles()) {
                if (paths.contains(folder + lock)) {
                    return true;
                }
            }
            if (folder.isEmpty()) {
                return false;
            }
            folder = folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1);
        }
    }

    private static final Map<String, String> PIECES = new LinkedHashMap<>();

    static {
        PIECES.put(
                "Continuous integration",
                "^\\.github/workflows/.*\\.ya?ml$|^\\.gitlab-ci\\.yml$|^jenkinsfile$"
                        + "|^\\.circleci/config\\.yml$|^azure-pipelines.*\\.yml$|^\\.travis\\.yml$|^\\.ci/|^bitbucket-pipelines\\.yml$");
        PIECES.put("Containers", "(^|/)(dockerfile[^/]*|containerfile|(docker-)?compose[^/]*\\.ya?ml)$");
        PIECES.put("Kubernetes and Helm", "(^|/)(chart\\.yaml|kustomization\\.ya?ml|skaffold\\.yaml|tiltfile)$");
        PIECES.put("Infrastructure as code", "\\.tf$|(^|/)(pulumi\\.yaml|serverless\\.yml|cdk\\.json)$");
        PIECES.put(
                "Tools that come with it",
                "(^|/)(mvnw|gradlew|makefile|justfile|taskfile\\.ya?ml|\\.tool-versions"
                        + "|\\.nvmrc|\\.python-version|rust-toolchain(\\.toml)?|flake\\.nix|devcontainer\\.json)$");
        PIECES.put("Dependencies kept fresh", "(^|/)(renovate\\.json5?|dependabot\\.ya?ml|\\.renovaterc.*)$");
    }

    private static void pipeline(Survey survey, Report report) throws InterruptedException {
        report.section("How it is built, checked and shipped");
        List<List<String>> rows = new ArrayList<>();
        for (Map.Entry<String, String> piece : PIECES.entrySet()) {
            Pattern pattern = Pattern.compile(piece.getValue());
            List<String> found = survey.findings.files.stream()
                    .map(RepoFile::path)
                    .filter(path ->
                            pattern.matcher(path.toLowerCase(Locale.ROOT)).find())
                    .toList();
            rows.add(List.of(
                    piece.getKey(),
                    found.isEmpty()
                            ? "none found"
                            : found.stream().limit(5).map(Markdown::code).collect(Collectors.joining(", "))
                                    + (found.size() > 5 ? " and " + (found.size() - 5) + " more" : "")));
        }
        report.table(List.of("What", "Where"), rows);
        if (!survey.findings.hasContinuousIntegration() && survey.findings.codeLines() > 0) {
            survey.advise(
                    68, "Let every change be built and tested by a machine: no continuous integration was found.");
        }
        boolean fresh = survey.findings.has(PIECES.get("Dependencies kept fresh"));
        long dependencies = survey.findings.manifests.stream()
                .mapToLong(manifest -> manifest.dependencies().size())
                .sum();
        if (!fresh && dependencies > 10) {
            survey.advise(
                    42,
                    "Have the " + dependencies + " dependencies watched (Renovate, Dependabot): nothing here says that"
                            + " someone does.");
        }
    }
}
