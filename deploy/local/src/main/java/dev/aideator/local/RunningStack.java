package dev.aideator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Who runs a data folder's stack and where it is reached: {@code run/stack.json}, there while the stack is up. */
record RunningStack(
        ProcessHandle supervisor,
        URI orchestrator,
        URI gateway,
        String redisUrl,
        String databaseUrl,
        Optional<String> apiToken) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Path file(Path home) {
        return home.resolve("run/stack.json");
    }

    /** The stack that runs on this data folder, if one does; a file left behind by a crash does not count. */
    static Optional<RunningStack> find(Path home) {
        try {
            JsonNode node = JSON.readTree(Files.readString(file(home)));
            return ProcessIdentity.find(
                            node.path("pid").asLong(), node.path("started").asLong())
                    .map(supervisor -> new RunningStack(
                            supervisor,
                            URI.create(node.path("orchestrator").asText()),
                            URI.create(node.path("gateway").asText()),
                            node.path("redis").asText(),
                            node.path("database").asText(),
                            Optional.ofNullable(node.path("api_token").textValue())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new Refusal("Could not read " + file(home) + ": " + e.getMessage());
        }
    }

    /** Whole or not at all: the script looks at it at any moment. For nobody else's eyes: addresses have passwords, and there is the token. */
    void write(Path home) throws IOException {
        ObjectNode node = JSON.createObjectNode()
                .put("pid", supervisor.pid())
                .put("started", ProcessIdentity.startedAt(supervisor))
                .put("orchestrator", orchestrator.toString())
                .put("gateway", gateway.toString())
                .put("redis", redisUrl)
                .put("database", databaseUrl);
        apiToken.ifPresent(token -> node.put("api_token", token));
        Path fresh = file(home).resolveSibling("stack.json.new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, node.toPrettyString() + "\n");
        Files.move(fresh, file(home), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
