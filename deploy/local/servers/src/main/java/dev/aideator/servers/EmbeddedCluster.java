package dev.aideator.servers;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A throw-away Redis Cluster of three masters that share the slots: for tests. */
public final class EmbeddedCluster implements AutoCloseable {

    private static final int NODES = 3;
    private static final int SLOTS = 16_384;
    private static final Duration MEETS_WITHIN = Duration.ofSeconds(30);

    private final List<EmbeddedRedis> nodes = new ArrayList<>();

    private EmbeddedCluster() {}

    /** Returns when every node takes commands for the slots that it has. */
    public static EmbeddedCluster temporary() {
        EmbeddedCluster cluster = new EmbeddedCluster();
        try {
            cluster.form();
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw new UncheckedIOException("The nodes did not become a Cluster: " + e.getMessage(), e);
        }
    }

    private void form() throws IOException {
        for (int i = 0; i < NODES; i++) {
            EmbeddedRedis node = EmbeddedRedis.temporaryNode();
            nodes.add(node);
            String slots = IntStream.range(i * SLOTS / NODES, (i + 1) * SLOTS / NODES)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(" "));
            ask(node, "CLUSTER ADDSLOTS " + slots);
            ask(node, "CLUSTER SET-CONFIG-EPOCH " + (i + 1));
        }
        for (EmbeddedRedis other : nodes.subList(1, NODES)) {
            ask(nodes.getFirst(), "CLUSTER MEET 127.0.0.1 " + other.port());
        }
        long end = System.nanoTime() + MEETS_WITHIN.toNanos();
        for (EmbeddedRedis node : nodes) {
            while (!isWhole(ask(node, "CLUSTER INFO"))) {
                if (System.nanoTime() > end) {
                    throw new IOException("not within " + MEETS_WITHIN.toSeconds() + " s");
                }
                pause();
            }
        }
    }

    private static boolean isWhole(String info) {
        return info.contains("cluster_state:ok")
                && info.contains("cluster_slots_ok:" + SLOTS)
                && info.contains("cluster_known_nodes:" + NODES);
    }

    private static String ask(EmbeddedRedis node, String command) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            DataInputStream answer = new DataInputStream(socket.getInputStream());
            String line = line(answer);
            if (line.startsWith("-")) {
                throw new IOException(line.substring(1));
            }
            return line.startsWith("$")
                    ? new String(answer.readNBytes(Integer.parseInt(line.substring(1))), StandardCharsets.US_ASCII)
                    : line;
        }
    }

    private static String line(DataInputStream answer) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = answer.read(); next >= 0 && next != '\r'; next = answer.read()) {
            line.append((char) next);
        }
        answer.read();
        return line.toString();
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public List<EmbeddedRedis> nodes() {
        return List.copyOf(nodes);
    }

    /** As REDIS_URL has them. */
    public String urls() {
        return nodes.stream().map(EmbeddedRedis::url).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        nodes.forEach(EmbeddedRedis::close);
    }
}
