package dev.aideator.gateway;

import io.vertx.core.Future;

import java.util.concurrent.TimeUnit;

/** Waits for what Vert.x promises, in tests. */
final class Await {

    private Await() {}

    static <T> T of(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
