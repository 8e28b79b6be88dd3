package dev.aideator.local.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The JDK's ahead-of-time cache: what a JVM found out as it started once, in a file that later starts read. */
final class StartCache {

    /** A JVM that records writes the file when it is told to end. */
    private static final Duration WRITING = Duration.ofMinutes(1);

    private StartCache() {}

    /** The gateway, started with a cache that an earlier start of it leaves in {@code folder}. */
    static Contender recorded(Contender server, Path folder, Path log) throws IOException, InterruptedException {
        Path cache = folder.resolve("start.aot");
        StreamServer.start(with(server, "-XX:AOTCacheOutput=" + cache), log, WRITING)
                .close();
        if (!Files.exists(cache)) {
            throw new IOException(server.name() + " left no cache of its start; see " + log);
        }
        return with(server, "-XX:AOTCache=" + cache);
    }

    private static Contender with(Contender server, String flag) {
        List<String> command = new ArrayList<>(server.command());
        command.add(1, flag);
        return new Contender(
                Report.GATEWAY_CACHED,
                command,
                server.environment(),
                server.ready(),
                server.path(),
                server.openMark(),
                server.keepsEvents(),
                server.speed(),
                server.feeding());
    }
}
