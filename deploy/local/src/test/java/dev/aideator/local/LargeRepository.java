package dev.aideator.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A repository of the size of a public one: {@value #FILES} source files in several languages, {@value #COMMITS} commits. */
final class LargeRepository {

    static final int FILES = 500;
    static final int COMMITS = 3000;

    private static final Map<Integer, String> KINDS = Map.of(0, "java", 1, "py", 2, "ts", 3, "go", 4, "md");
    private static final long FIRST_COMMIT_AT = 1_600_000_000L;
    private static final long BETWEEN_COMMITS = 3600;

    private LargeRepository() {}

    /** Makes a bare repository in {@code folder}. */
    static void create(Path folder) throws IOException, InterruptedException {
        git(folder.getParent(), "init", "--quiet", "--bare", "--initial-branch=main", folder.toString());
        Process fastImport = new ProcessBuilder("git", "-C", folder.toString(), "fast-import", "--quiet")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (PrintStream stream = new PrintStream(fastImport.getOutputStream(), false, StandardCharsets.UTF_8)) {
            for (int commit = 0; commit < COMMITS; commit++) {
                commit(stream, commit);
            }
        }
        requireZero("git fast-import", fastImport.waitFor());
    }

    private static void commit(PrintStream stream, int commit) {
        stream.print("commit refs/heads/main\n");
        stream.printf(
                "committer Author %d <author%d@example.org> %d +0000\n",
                commit % 7, commit % 7, FIRST_COMMIT_AT + commit * BETWEEN_COMMITS);
        data(stream, "Change number " + commit + "\n");
        // The first commits bring all files; later ones return to few of them more often than to the rest.
        int file = commit < FILES ? commit : (commit * commit) % (commit % 3 == 0 ? 10 : FILES);
        stream.printf("M 100644 inline %s\n", path(file));
        data(stream, content(file, commit));
    }

    private static String path(int file) {
        return "module%d/src/Part%d.%s".formatted(file % 20, file, KINDS.get(file % KINDS.size()));
    }

    private static String content(int file, int commit) {
        return "// Part %d as of change %d\n".formatted(file, commit)
                + "// TODO: think about part %d\n".formatted(file)
                + "line of text\n".repeat(20 + file % 200);
    }

    private static void data(PrintStream stream, String content) {
        stream.printf("data %d\n", content.getBytes(StandardCharsets.UTF_8).length);
        stream.print(content);
        stream.print("\n");
    }

    private static void git(Path folder, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        requireZero(
                String.join(" ", command),
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    private static void requireZero(String command, int code) {
        if (code != 0) {
            throw new AssertionError(command + " ended with " + code);
        }
    }
}
