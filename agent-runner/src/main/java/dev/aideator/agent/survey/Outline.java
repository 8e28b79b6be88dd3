package dev.aideator.agent.survey;

import dev.aideator.agent.checkout.Checkout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A repository in few words, for a model: its files with their sizes, its README's beginning, its manifests. */
public final class Outline {

    /** About 8,000 tokens altogether. */
    private static final int MOST_TREE = 16_000;

    private static final int MOST_README = 6_000;
    private static final int MOST_MANIFEST = 2_000;
    private static final int MOST_MANIFESTS = 5;

    private static final Pattern MANIFEST = Pattern.compile(
            "(.*/)?(pom\\.xml|package\\.json|pyproject\\.toml|requirements\\.txt|go\\.mod|cargo\\.toml|gemfile|build\\.gradle"
                    + "(\\.kts)?|composer\\.json|mix\\.exs|dockerfile|makefile)");

    private Outline() {}

    public static String of(Checkout checkout) throws IOException, InterruptedException {
        List<RepoFile> files = Scan.list(checkout);
        StringBuilder outline = new StringBuilder();
        outline.append("Repository ")
                .append(checkout.url())
                .append(" at ")
                .append(checkout.ref())
                .append(", commit ")
                .append(checkout.commit().abbreviate(10).name())
                .append(", ")
                .append(Markdown.count(files.size(), "file"))
                .append(".\n\n## Files\n\n");
        tree(files, outline);
        List<RepoFile> quoted = new ArrayList<>();
        files.stream()
                .filter(file -> file.folder().equals(".") && file.lowerName().startsWith("readme"))
                .findFirst()
                .ifPresent(quoted::add);
        files.stream()
                .filter(file ->
                        MANIFEST.matcher(file.path().toLowerCase(Locale.ROOT)).matches() && !file.isForeign())
                .sorted(Comparator.comparingInt((RepoFile file) -> file.path().split("/").length)
                        .thenComparing(RepoFile::path))
                .limit(MOST_MANIFESTS)
                .forEach(quoted::add);
        Scan.read(
                checkout,
                quoted,
                (file, text, why) -> text.ifPresent(content -> {
                    int most = file.lowerName().startsWith("readme") ? MOST_README : MOST_MANIFEST;
                    outline.append("\n## ")
                            .append(file.path())
                            .append("\n\n")
                            .append(start(content, most))
                            .append('\n');
                }));
        return outline.toString();
    }

    /** Every file while there is room, then only folders with what is in them. */
    private static void tree(List<RepoFile> files, StringBuilder outline) {
        int length = files.stream().mapToInt(file -> file.path().length() + 10).sum();
        if (length <= MOST_TREE) {
            files.forEach(file -> outline.append(file.path())
                    .append(" (")
                    .append(Markdown.bytes(file.size()))
                    .append(")\n"));
            return;
        }
        String folder = null;
        int start = outline.length();
        int count = 0;
        for (RepoFile file : files) {
            if (!file.folder().equals(folder)) {
                close(outline, folder, count);
                folder = file.folder();
                count = 0;
            }
            count++;
            if (outline.length() - start > MOST_TREE) {
                outline.append("… and more folders\n");
                return;
            }
        }
        close(outline, folder, count);
    }

    private static void close(StringBuilder outline, String folder, int count) {
        if (folder != null) {
            outline.append(folder)
                    .append("/ (")
                    .append(Markdown.count(count, "file"))
                    .append(")\n");
        }
    }

    private static String start(String text, int most) {
        return text.length() <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, most))) + "\n… (cut)";
    }
}
