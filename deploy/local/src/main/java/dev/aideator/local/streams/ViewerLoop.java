package dev.aideator.local.streams;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * All viewers of a measurement on one thread of a process of their own, so that what they cost is nobody else's. It is
 * told what to do on standard input, a line each, and answers on standard output:
 *
 * <pre>
 * watch PORT PATH FIRST-RUN RUNS VIEWERS EVENTS MARK   opened NANOS FAILED
 *     PATH has %012x for the run's number; each run gets VIEWERS that hope for EVENTS each, and are there when MARK was read
 * await MILLIS                                         result DELIVERED LOST REPEATED GARBLED LAST P50 P99
 *     answered when all is there or the time is over; LAST is when the last bytes came, durations are nanoseconds
 * close                                                closed
 * </pre>
 */
public final class ViewerLoop {

    /** What a server's backlog takes. */
    private static final int OPENING_AT_ONCE = 64;

    private static final int BUFFER_BYTES = 1 << 18;
    private static final int LONGEST_OPENING = 1 << 20;

    private final Selector selector;
    private final Queue<String> commands = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> toOpen = new ArrayDeque<>();
    private Latencies latencies = new Latencies();
    private int opening;
    private int failed;
    private long openingSince;
    private boolean opened = true;
    private long hopedFor;
    private long lastAt;
    private long awaitUntil;
    private volatile boolean ended;

    private ViewerLoop(Selector selector) {
        this.selector = selector;
    }

    public static void main(String[] args) throws IOException {
        ViewerLoop loop = new ViewerLoop(Selector.open());
        Thread.ofPlatform().daemon().start(loop::listen);
        loop.run();
    }

    /** Whoever started us is gone when there is nothing to read any more. */
    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (line != null) {
                commands.add(line);
                selector.wakeup();
                line = in.readLine();
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
        ended = true;
        selector.wakeup();
    }

    private void run() throws IOException {
        while (!ended) {
            long wait = awaitUntil == 0 ? 0 : Math.max(1, (awaitUntil - System.nanoTime()) / 1_000_000);
            selector.select(this::ready, wait);
            for (String command = commands.poll(); command != null; command = commands.poll()) {
                obey(command.split(" ", 8));
            }
            openMore();
            if (awaitUntil != 0) {
                answerIfAllIsThere();
            }
        }
    }

    private void obey(String[] words) throws IOException {
        switch (words[0]) {
            case "watch" -> watch(words);
            case "await" -> awaitUntil = System.nanoTime() + Long.parseLong(words[1]) * 1_000_000;
            case "close" -> close();
            default -> throw new IllegalArgumentException("Not a command: " + words[0]);
        }
    }

    private void watch(String[] words) {
        int port = Integer.parseInt(words[1]);
        long firstRun = Long.parseLong(words[3]);
        int runs = Integer.parseInt(words[4]);
        int viewers = Integer.parseInt(words[5]);
        int events = Integer.parseInt(words[6]);
        openingSince = System.nanoTime();
        opened = false;
        failed = 0;
        List<Connection> coming = new ArrayList<>(runs * viewers);
        for (int viewer = 0; viewer < viewers; viewer++) {
            for (int run = 0; run < runs; run++) {
                coming.add(new Connection(port, words[2].formatted(firstRun + run), words[7], latencies));
            }
        }
        // A server that deals connections out to its threads in turn must not find all of a run's on one by chance.
        Collections.shuffle(coming, new Random(firstRun));
        toOpen.addAll(coming);
        hopedFor += (long) runs * viewers * events;
    }

    private void openMore() {
        while (opening < OPENING_AT_ONCE && !toOpen.isEmpty()) {
            Connection connection = toOpen.poll();
            connections.add(connection);
            opening++;
            try {
                connection.open(selector);
            } catch (IOException e) {
                connection.close();
                opening--;
                failed++;
            }
        }
        if (!opened && opening == 0 && toOpen.isEmpty()) {
            opened = true;
            System.out.println("opened " + (System.nanoTime() - openingSince) + " " + failed);
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        boolean wasOpen = connection.open;
        try {
            if (key.isConnectable()) {
                connection.ask(key);
            } else if (connection.read(buffer)) {
                lastAt = connection.readAt;
            }
            if (connection.open && !wasOpen) {
                opening--;
            }
        } catch (IOException e) {
            key.cancel();
            connection.close();
            if (!connection.open) {
                opening--;
                failed++;
            }
        }
    }

    private void answerIfAllIsThere() {
        // What every event adds to; to ask all viewers after each look would cost more than the events do.
        long delivered = latencies.count();
        if (delivered < hopedFor && System.nanoTime() < awaitUntil) {
            return;
        }
        long repeated = 0;
        long garbled = 0;
        for (Connection connection : connections) {
            repeated += connection.viewer.repeated();
            garbled += connection.viewer.garbled();
        }
        awaitUntil = 0;
        System.out.printf(
                "result %d %d %d %d %d %d %d%n",
                delivered, hopedFor - delivered, repeated, garbled, lastAt, latencies.at(0.50), latencies.at(0.99));
    }

    private void close() throws IOException {
        connections.forEach(Connection::close);
        connections.clear();
        toOpen.clear();
        opening = 0;
        hopedFor = 0;
        lastAt = 0;
        latencies = new Latencies();
        // A closed channel lets go of its port when the selector has seen it.
        selector.selectNow();
        System.out.println("closed");
    }

    private static final class Connection {

        private final int port;
        private final String path;
        private final String mark;
        private final CountingViewer viewer;
        private final StringBuilder opening = new StringBuilder();
        private SocketChannel channel;
        private boolean open;
        private long readAt;

        Connection(int port, String path, String mark, Latencies latencies) {
            this.port = port;
            this.path = path;
            this.mark = mark;
            this.viewer = new CountingViewer(latencies);
        }

        void open(Selector selector) throws IOException {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, this);
            if (channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                ask(key);
            }
        }

        void ask(SelectionKey key) throws IOException {
            channel.finishConnect();
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost:" + port
                    + "\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            key.interestOps(SelectionKey.OP_READ);
        }

        /** Returns whether there was anything. */
        boolean read(ByteBuffer buffer) throws IOException {
            buffer.clear();
            int bytes = channel.read(buffer);
            if (bytes < 0) {
                throw new IOException("The server closed a stream");
            }
            readAt = System.nanoTime();
            buffer.flip();
            if (!open) {
                look(buffer);
            }
            viewer.take(buffer, readAt);
            return bytes > 0;
        }

        private void look(ByteBuffer buffer) throws IOException {
            opening.append(StandardCharsets.ISO_8859_1.decode(buffer.duplicate()));
            if (opening.indexOf(mark) >= 0) {
                open = true;
                opening.setLength(0);
                opening.trimToSize();
            } else if (opening.length() > LONGEST_OPENING
                    || opening.length() > 12 && !opening.substring(9, 12).equals("200")) {
                throw new IOException("Not a stream: " + opening.substring(0, Math.min(200, opening.length())));
            }
        }

        void close() {
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        }
    }
}
