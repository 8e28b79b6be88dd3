package dev.aideator.local.streams;

import dev.aideator.servers.Ports;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The servers that the gateway is compared with, as Debian has them. */
final class Peers {

    /** What to install, in one sentence. */
    static final String INSTALL =
            "apt-get install nginx-light libnginx-mod-nchan python3-fastapi python3-uvicorn python3-redis";

    /** Debian's Python: one that is elsewhere on the path does not see Debian's packages. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final Path NCHAN = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");
    private static final int NGINX_FILES = 20_000;
    private static final double FASTAPI_SPEED = 0.1;

    private final Path folder;
    private final String redisUrl;
    private final PrintStream out;

    Peers(Path folder, String redisUrl, PrintStream out) {
        this.folder = folder;
        this.redisUrl = redisUrl;
        this.out = out;
    }

    /** Those that are here; whoever is not is said to be missing. */
    List<Contender> present() throws IOException, InterruptedException {
        List<Contender> peers = new ArrayList<>();
        Optional<Path> nginx = Stream.of("/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        if (nginx.isPresent() && Files.exists(NCHAN)) {
            peers.add(nchan(nginx.get(), "nchan memory", "nchan-memory", ""));
            peers.add(nchan(nginx.get(), "nchan Redis", "nchan-redis", "nchan_redis_pass redis;"));
        } else {
            out.printf("%n=== SKIPPED: nchan, in memory and with Redis. It is not here: %s ===%n%n", INSTALL);
        }
        if (succeeds(PYTHON, "-c", "import fastapi, uvicorn, redis.asyncio")) {
            peers.add(fastApi());
        } else {
            out.printf("%n=== SKIPPED: FastAPI. It is not here: %s ===%n%n", INSTALL);
        }
        return peers;
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Contender nchan(Path nginx, String name, String folderName, String pass) throws IOException {
        int port = Ports.free();
        Path prefix = Files.createDirectories(folder.resolve(folderName));
        Path configuration = prefix.resolve("nginx.conf");
        Files.writeString(
                configuration,
                resource("nginx.conf")
                        .replace("${module}", NCHAN.toString())
                        .replace("${files}", Integer.toString(NGINX_FILES))
                        .replace("${redis}", redisUrl)
                        .replace("${port}", Integer.toString(port))
                        .replace("${pass}", pass));
        return new Contender(
                name,
                List.of(nginx.toString(), "-p", prefix.toString(), "-e", "stderr", "-c", configuration.toString()),
                Map.of(),
                URI.create("http://127.0.0.1:" + port + "/ready"),
                "/subscribe/" + Contender.RUN,
                ": hi",
                true,
                1,
                _ -> new PostFeed(port));
    }

    private Contender fastApi() throws IOException {
        int port = Ports.free();
        Path code = Files.createDirectories(folder.resolve("fastapi"));
        Files.writeString(code.resolve("fastapi_stream.py"), resource("fastapi_stream.py"));
        return new Contender(
                "FastAPI",
                List.of(
                        PYTHON,
                        "-m",
                        "uvicorn",
                        "--app-dir",
                        code.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--no-access-log",
                        "--log-level",
                        "warning",
                        "fastapi_stream:app"),
                Map.of("REDIS_URL", redisUrl),
                URI.create("http://127.0.0.1:" + port + "/ready"),
                "/subscribe/" + Contender.RUN,
                ": subscribed",
                false,
                FASTAPI_SPEED,
                vertx -> new ChannelFeed(vertx, redisUrl));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Peers.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
