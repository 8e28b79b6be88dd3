package dev.aideator.local.streams;

import dev.aideator.events.Event;
import dev.aideator.events.EventJson;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Posts to nchan on one connection, pipelined: to wait for each answer would measure the way there and back. */
final class PostFeed implements Feed {

    private static final int UNDER_WAY = 64;

    private final Socket socket;
    private final OutputStream out;
    private final UnderWay underWay;

    PostFeed(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        out = new BufferedOutputStream(socket.getOutputStream());
        underWay = new UnderWay(UNDER_WAY, out::flush);
        Thread.ofPlatform().daemon().start(this::readAnswers);
    }

    @Override
    public void open(String runId) {}

    @Override
    public void publish(Event event) throws IOException, InterruptedException {
        byte[] body = EventJson.encode(event).getBytes(StandardCharsets.UTF_8);
        String head =
                "POST /publish/" + event.runId() + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length + "\r\n\r\n";
        underWay.begin();
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        underWay.awaitAll();
    }

    private void readAnswers() {
        try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
            for (String status = line(in); status != null; status = line(in)) {
                int length = 0;
                for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(header.substring(15).strip());
                    }
                }
                in.skipNBytes(length);
                if (status.startsWith("HTTP/1.1 20")) {
                    underWay.end();
                } else {
                    underWay.fail("nchan answered " + status);
                }
            }
            underWay.fail("nchan closed the publisher's connection");
        } catch (IOException e) {
            underWay.fail("nchan: " + e.getMessage());
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone then.
        }
    }
}
