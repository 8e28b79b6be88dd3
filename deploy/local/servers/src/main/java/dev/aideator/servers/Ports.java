package dev.aideator.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** Ports of this machine's loopback interface. */
public final class Ports {

    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(20);

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 30_000;

    private Ports() {}

    /**
     * A port that nothing listens on at this moment. Not one of those that the system gives to outgoing connections:
     * until whoever asked listens on it, one of them might have it.
     */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody has it.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns once {@code ready}; ends the process and says why when it died or took too long. */
    static void awaitReady(String name, ChildProcess process, Path log, BooleanSupplier ready) throws IOException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IOException(name + " ended while it started, see " + log);
            }
            if (System.nanoTime() > deadline) {
                process.close();
                throw new IOException(name + " did not answer within " + START.toSeconds() + " s, see " + log);
            }
            try {
                Thread.sleep(BETWEEN_PROBES);
            } catch (InterruptedException e) {
                process.close();
                Thread.currentThread().interrupt();
                throw new IOException(name + " was interrupted while it started", e);
            }
        }
    }
}
