package dev.aideator.agent.survey;

import org.eclipse.jgit.lib.ObjectId;

import java.util.Locale;
import java.util.regex.Pattern;

/** A file as the commit lists it, before it is read. */
record RepoFile(String path, ObjectId id, long size, boolean symbolicLink) {

    private static final Pattern TEST_FOLDER =
            Pattern.compile("(^|/)(tests?|__tests__|specs?|e2e|integration-?tests?|testing|testdata|it)/");
    private static final Pattern TEST_NAME = Pattern.compile(
            "(^|/)(test_[^/]*\\.py|conftest\\.py|[^/]*_tests?\\.(go|py|rb|exs|c|cc|cpp|dart|rs)|[^/]*_spec\\.rb"
                    + "|[^/]*\\.(test|spec|cy|e2e)\\.[cm]?[jt]sx?|[^/]*(Tests?|IT|Spec|TestCase)\\.(java|kt|scala|groovy|cs|swift|php))$");
    private static final Pattern FOREIGN = Pattern.compile(
            "(^|/)(node_modules|vendor|third_party|thirdparty|bower_components|dist|build/generated|target|\\.venv|venv"
                    + "|site-packages|Pods|__pycache__)/");
    private static final Pattern GENERATED = Pattern.compile(
            "\\.min\\.(js|css)$|(^|/)(package-lock\\.json|yarn\\.lock|pnpm-lock\\.yaml|Cargo\\.lock|poetry\\.lock|uv\\.lock"
                    + "|Pipfile\\.lock|Gemfile\\.lock|composer\\.lock|go\\.sum|gradle\\.lockfile|npm-shrinkwrap\\.json)$"
                    + "|\\.(pb\\.go|g\\.dart|designer\\.cs|snap|map)$|_pb2(_grpc)?\\.py$");

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    String lowerName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The folder at the top that it is in, or "." */
    String topFolder() {
        int slash = path.indexOf('/');
        return slash < 0 ? "." : path.substring(0, slash);
    }

    String folder() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "." : path.substring(0, slash);
    }

    Language language() {
        return Language.of(path);
    }

    boolean isTest() {
        return language().isCode()
                && (TEST_FOLDER.matcher(path.toLowerCase(Locale.ROOT)).find()
                        || TEST_NAME.matcher(path).find());
    }

    /** Brought here by a tool, or made by one: nobody reads or mends it here. */
    boolean isForeign() {
        return FOREIGN.matcher(path).find() || GENERATED.matcher(path).find();
    }

    /** Code that people write, without its tests. */
    boolean isOwnCode() {
        return language().isCode() && !isForeign() && !isTest() && !symbolicLink;
    }
}
