package dev.aideator.local.streams;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;

import java.io.IOException;
import java.util.concurrent.CompletionException;

/** Connections of the bench's feeds. */
final class RedisConnections {

    private static final int MOST_WAITING = 4096;

    private RedisConnections() {}

    static RedisConnection open(Vertx vertx, String url) throws IOException {
        RedisOptions options = new RedisOptions().setConnectionString(url).setMaxWaitingHandlers(MOST_WAITING);
        try {
            return Redis.createClient(vertx, options)
                    .connect()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IOException("Redis cannot be reached: " + e.getCause().getMessage(), e);
        }
    }
}
