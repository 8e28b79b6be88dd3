package dev.aideator.local.streams;

import dev.aideator.servers.ChildProcess;

import io.vertx.core.Vertx;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A server of Server-Sent Events as a process that runs. */
final class StreamServer implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(8);
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final long BETWEEN_PROBES_MILLIS = 5;

    private final Contender contender;
    private final ChildProcess process;
    private final long readyNanos;

    private StreamServer(Contender contender, ChildProcess process, long readyNanos) {
        this.contender = contender;
        this.process = process;
        this.readyNanos = readyNanos;
    }

    /** Returns once it answers. */
    static StreamServer start(Contender contender, Path log) throws IOException, InterruptedException {
        return start(contender, log, GRACE);
    }

    /** {@code grace}: what it may take to end when it is closed. */
    static StreamServer start(Contender contender, Path log, Duration grace) throws IOException, InterruptedException {
        long start = System.nanoTime();
        ChildProcess process = ChildProcess.start(
                contender.command(), contender.environment(), log, ChildProcess.StopSignal.TERM, grace);
        while (!answers(contender.ready())) {
            if (!process.isAlive() || System.nanoTime() - start > READY_WITHIN.toNanos()) {
                process.kill();
                throw new IOException(contender.name() + " did not start; see " + log);
            }
            Thread.sleep(BETWEEN_PROBES_MILLIS);
        }
        return new StreamServer(contender, process, System.nanoTime() - start);
    }

    private static boolean answers(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    Contender contender() {
        return contender;
    }

    int port() {
        return contender.ready().getPort();
    }

    String path() {
        return contender.path();
    }

    Feed feed(Vertx vertx) throws IOException {
        return contender.feed(vertx);
    }

    /** From the start of the process to its first good answer. */
    long readyNanos() {
        return readyNanos;
    }

    long processorNanos() {
        return tree().processorNanos();
    }

    long residentBytes() {
        return tree().residentBytes();
    }

    private ProcessTree tree() {
        return new ProcessTree(process.processes().toList());
    }

    @Override
    public void close() {
        process.close();
    }
}
