package dev.aideator.faults;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a client and a server, and can become a black hole: it takes connections and bytes, passes nothing on,
 * and closes nothing. Connections that fell in are never heard of again, as after a firewall that forgot them.
 */
final class TcpProxy implements AutoCloseable {

    private static final int BEGINNING = 1024;

    private final int target;
    private final NetClient client;
    private final NetServer server;
    private final List<Passage> passages = new ArrayList<>();
    private boolean hole;

    TcpProxy(Vertx vertx, int target) {
        this.target = target;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer().connectHandler(this::accept);
        wait(server.listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** From now on nothing passes. */
    synchronized void swallow() {
        hole = true;
        passages.forEach(Passage::fallIn);
    }

    /** The same only for connections on which a client has said that. */
    synchronized void swallow(String said) {
        passages.stream().filter(passage -> passage.hasSaid(said)).forEach(Passage::fallIn);
    }

    /** New connections pass again; those that fell in stay there. */
    synchronized void passAgain() {
        hole = false;
        passages.removeIf(passage -> passage.fallen);
    }

    private synchronized void accept(NetSocket near) {
        Passage passage = new Passage(near);
        passages.add(passage);
        if (hole) {
            passage.fallIn();
        } else {
            passage.open();
        }
    }

    private final class Passage {
        private final NetSocket near;
        private NetSocket far;
        private volatile boolean fallen;
        /** How the client began. */
        private final StringBuffer beginning = new StringBuffer();

        private Passage(NetSocket near) {
            this.near = near;
        }

        private void open() {
            near.pause();
            client.connect(target, "127.0.0.1")
                    .onSuccess(connected -> {
                        far = connected;
                        join(near, far);
                        join(far, near);
                        near.resume();
                    })
                    .onFailure(refused -> near.close());
        }

        private void join(NetSocket from, NetSocket to) {
            from.handler(bytes -> {
                if (from == near && beginning.length() < BEGINNING) {
                    beginning.append(bytes.toString(StandardCharsets.ISO_8859_1));
                }
                if (fallen) {
                    return;
                }
                to.write(bytes);
                if (to.writeQueueFull()) {
                    from.pause();
                    to.drainHandler(drained -> from.resume());
                }
            });
            from.exceptionHandler(cause -> {});
            from.closeHandler(closed -> {
                if (!fallen) {
                    to.close();
                }
            });
        }

        private boolean hasSaid(String words) {
            return beginning.indexOf(words) >= 0;
        }

        private void fallIn() {
            fallen = true;
            if (far == null) {
                near.handler(bytes -> {}).resume();
            }
        }
    }

    private static void wait(io.vertx.core.Future<?> done) {
        try {
            done.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
