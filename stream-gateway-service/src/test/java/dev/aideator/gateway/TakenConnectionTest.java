package dev.aideator.gateway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** HTTP/1.1 connections, each of which is the stream's alone once that begins, whatever the client sends behind its request. */
class TakenConnectionTest extends GatewayFixture {

    @Override
    Map<String, String> settings() {
        return Map.of("aideator.gateway.hub.check", "50ms");
    }

    private Socket connect(String headers, String behind) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        socket.setSoTimeout(15_000);
        // One write, so that both come in one segment.
        socket.getOutputStream()
                .write(("GET " + path() + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + behind)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readUntil(InputStream in, String what) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(what) < 0) {
            int next = in.read();
            assertThat(next).as("more behind %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    private void nobodyIsCounted() {
        until(() -> gateway.gauge("gateway.viewers") == 0 && gateway.gauge("gateway.connections") == 0);
    }

    private void isWhole(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        String begin = readUntil(in, "event: caught_up");
        assertThat(begin).startsWith("HTTP/1.1 200 OK\r\n").containsIgnoringCase("\r\nConnection: close\r\n");
        run.say(0, "here");
        endAll();
        String rest = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(run.lines()).allSatisfy(line -> assertThat(begin + rest).contains("data: " + line + "\n"));
        assertThat(rest).contains("event: run_complete").endsWith("\r\n0\r\n\r\n");
        nobodyIsCounted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GARBAGE\r\n\r\n",
                "\r\n",
                "\u0001\u0002\u0003",
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET",
                "GET / HTTP/1.1\r\nHost: loc",
                "GET / HT",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf",
                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"
            })
    void a_stream_is_whole_whatever_comes_behind_its_request(String behind) throws IOException {
        openAll();
        try (Socket socket = connect("", behind)) {
            isWhole(socket);
        }
    }

    @Test
    void a_stream_is_whole_for_one_who_talks_into_it() throws IOException {
        openAll();
        try (Socket socket = connect("", "")) {
            readUntil(socket.getInputStream(), "retry: ");
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\nGARBAGE\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            isOver(socket);
        }
    }

    private void isOver(Socket socket) throws IOException {
        readUntil(socket.getInputStream(), "event: caught_up");
        endAll();
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("event: run_complete")
                .endsWith("\r\n0\r\n\r\n");
        nobodyIsCounted();
    }

    @Test
    void a_connection_is_not_kept_though_the_client_asks_for_it() throws IOException {
        openAll();
        try (Socket socket = connect("Connection: keep-alive\r\n", "")) {
            isWhole(socket);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GARBAGE\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"})
    void one_who_leaves_is_counted_no_longer_whatever_came_behind_its_request(String behind) throws IOException {
        openAll();
        try (Socket socket = connect("", behind)) {
            readUntil(socket.getInputStream(), "event: caught_up");
            assertThat(gateway.gauge("gateway.viewers")).isEqualTo(1);
        }
        nobodyIsCounted();
    }

    /** Its connection stays Vert.x's. */
    @Test
    void one_with_an_old_stream_who_leaves_is_counted_no_longer() throws IOException {
        openAll();
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(("GET " + path()
                                    + " HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\nGARBAGE\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            readUntil(socket.getInputStream(), "event: caught_up");
        }
        nobodyIsCounted();
    }

    /** The end of what a client says looks the same as that of a client who has gone. */
    @Test
    void one_who_closes_its_half_has_left() throws IOException {
        openAll();
        try (Socket socket = connect("", "")) {
            readUntil(socket.getInputStream(), "event: caught_up");
            socket.shutdownOutput();
            nobodyIsCounted();
        }
    }

    /** It may have gone before its connection is taken. */
    @Test
    void one_who_leaves_at_once_is_not_counted() throws IOException {
        openAll();
        for (int i = 0; i < 20; i++) {
            connect("", "GARBAGE\r\n\r\n").close();
        }
        nobodyIsCounted();
    }
}
