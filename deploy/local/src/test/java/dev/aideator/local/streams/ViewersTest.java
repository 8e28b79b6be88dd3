package dev.aideator.local.streams;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;

/** The process with the viewers, at a server that says the same to everybody. */
class ViewersTest {

    private static final String PATH = "/subscribe/%012x";

    private HttpServer server;
    private Viewers viewers;
    private volatile String says = "";

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/subscribe/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write(says.getBytes(StandardCharsets.UTF_8));
            body.flush();
        });
        server.start();
        viewers = Viewers.start(folder.resolve("viewers.log"));
    }

    @AfterEach
    void stop() {
        viewers.close();
        server.stop(0);
    }

    @Test
    void adds_up_what_all_viewers_of_all_runs_got() throws IOException {
        says = ": open\n\ndata: " + Stamp.text(1, System.nanoTime(), 100) + "\n\ndata: "
                + Stamp.text(2, System.nanoTime(), 100) + "\n\n";

        Viewers.Opened opened = viewers.watch(port(), PATH, 1, 5, 20, 2, ": open");
        Viewers.Result result = viewers.await(30_000);

        assertThat(opened.failed()).isZero();
        assertThat(result.delivered()).isEqualTo(200);
        assertThat(result.lost()).isZero();
        assertThat(result.p50()).isPositive();
    }

    @Test
    void what_does_not_come_in_time_is_lost() throws IOException {
        says = ": open\n\ndata: " + Stamp.text(1, System.nanoTime(), 100) + "\n\n";

        viewers.watch(port(), PATH, 1, 1, 10, 3, ": open");

        assertThat(viewers.await(200).lost()).isEqualTo(20);
    }

    @Test
    void a_round_knows_nothing_of_the_one_before() throws IOException {
        says = ": open\n\ndata: " + Stamp.text(1, System.nanoTime(), 100) + "\n\n";
        for (int round = 0; round < 2; round++) {
            try (Viewers.Visit _ = viewers.visit()) {
                viewers.watch(port(), PATH, round, 1, 10, 1, ": open");

                assertThat(viewers.await(30_000).delivered()).isEqualTo(10);
            }
        }
    }

    @Test
    void viewers_that_are_refused_are_counted() throws IOException {
        assertThat(viewers.watch(port(), "/nothing/%012x", 1, 1, 3, 1, ": open").failed())
                .isEqualTo(3);
    }

    private int port() {
        return server.getAddress().getPort();
    }
}
