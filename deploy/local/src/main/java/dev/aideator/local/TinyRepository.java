package dev.aideator.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.DeflaterOutputStream;

/** A git repository of one commit with one file, written by hand: whoever only runs AIdeator may have no git. */
public final class TinyRepository {

    private static final HexFormat HEX = HexFormat.of();

    private TinyRepository() {}

    /** Makes a bare repository in {@code folder} and returns that. */
    public static Path create(Path folder) throws IOException {
        byte[] blob = object(
                folder,
                "blob",
                "# A tiny repository\n\nMade to see whether an agent can run.\n".getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream tree = new ByteArrayOutputStream();
        tree.writeBytes("100644 README.md\0".getBytes(StandardCharsets.UTF_8));
        tree.writeBytes(blob);
        String commit = """
                tree %s
                author AIdeator <aideator@localhost> 1767225600 +0000
                committer AIdeator <aideator@localhost> 1767225600 +0000

                Say what this is
                """.formatted(HEX.formatHex(object(folder, "tree", tree.toByteArray())));
        String head = HEX.formatHex(object(folder, "commit", commit.getBytes(StandardCharsets.UTF_8)));
        Files.createDirectories(folder.resolve("refs/heads"));
        Files.writeString(folder.resolve("refs/heads/main"), head + "\n");
        Files.writeString(folder.resolve("HEAD"), "ref: refs/heads/main\n");
        Files.writeString(folder.resolve("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
        return folder;
    }

    /** Writes a loose object and returns its id. */
    private static byte[] object(Path folder, String type, byte[] content) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes((type + " " + content.length + "\0").getBytes(StandardCharsets.UTF_8));
        whole.writeBytes(content);
        byte[] id = sha1(whole.toByteArray());
        String name = HEX.formatHex(id);
        Path file = folder.resolve("objects").resolve(name.substring(0, 2)).resolve(name.substring(2));
        Files.createDirectories(file.getParent());
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(Files.newOutputStream(file))) {
            deflated.write(whole.toByteArray());
        }
        return id;
    }

    private static byte[] sha1(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1", e);
        }
    }
}
