package dev.aideator.servers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class EmbeddedServersTest {

    @TempDir
    Path folder;

    @Test
    void redis_keeps_its_data_across_a_kill() throws Exception {
        EmbeddedRedis redis = EmbeddedRedis.start(folder.resolve("redis"), Ports.free(), folder.resolve("log"));
        assertThat(say(redis, "SET kept yes")).isEqualTo("+OK");
        assertThat(say(redis, "BGREWRITEAOF")).startsWith("+");
        redis.stop();

        try (EmbeddedRedis again = redis.restart()) {
            assertThat(say(again, "EXISTS kept")).isEqualTo(":1");
        }
        assertThat(redis.process().isAlive()).isFalse();
    }

    @Test
    void postgres_starts_again_on_the_same_data_and_leaves_nothing_running() {
        for (int round = 0; round < 2; round++) {
            EmbeddedPostgres postgres =
                    EmbeddedPostgres.start(folder.resolve("postgres"), Ports.free(), folder.resolve("log"));
            assertThat(postgres.process().isAlive()).isTrue();
            postgres.close();
            assertThat(postgres.process().isAlive()).isFalse();
        }
    }

    @Test
    void a_child_ends_when_its_parent_is_killed() throws Exception {
        // given a JVM of its own that starts a child and then waits
        Path pid = folder.resolve("pid");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        pid.toString())
                .inheritIO()
                .start();
        while (!Files.exists(pid) || Files.size(pid) == 0) {
            assertThat(parent.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

        // when the parent is killed, then the child ends
        parent.destroyForcibly();
        child.onExit().get(30, TimeUnit.SECONDS);
    }

    static final class Parent {
        public static void main(String[] arguments) throws InterruptedException {
            Path pid = Path.of(arguments[0]);
            List<String> command =
                    List.of("sh", "-c", "echo $$ >\"$0.new\"; mv \"$0.new\" \"$0\"; exec sleep 600", pid.toString());
            ChildProcess child = ChildProcess.start(
                    command, Map.of(), pid.resolveSibling("log"), ChildProcess.StopSignal.TERM, Duration.ofSeconds(5));
            child.onExit().join();
        }
    }

    private static String say(EmbeddedRedis redis, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[64];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, length, StandardCharsets.UTF_8).strip();
        }
    }
}
