package dev.aideator.orchestrator.health;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One look at a server that this service needs. */
@Schema(name = "Probe", description = "One look at a server that this service needs.")
record Probe(
        boolean reachable,

        @Schema(description = "Null when it did not answer.")
        Long latencyMs,

        @Schema(description = "What is wrong with it; null when all is well.")
        String detail) {

    /** A look that began and may still be under way. */
    record Started(String what, CompletableFuture<Probe> result, Duration patience) {
        Probe await() throws InterruptedException {
            try {
                return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return new Probe(false, null, what + " did not answer within " + patience.toMillis() + " ms.");
            } catch (ExecutionException e) {
                throw new IllegalStateException("A probe tells its failure as its result", e);
            }
        }
    }

    /** {@code look} returns what there is to say of a server that answered, null if nothing. */
    static Started start(String what, Duration patience, Executor executor, Callable<String> look) {
        return new Started(what, CompletableFuture.supplyAsync(() -> take(what, look), executor), patience);
    }

    private static Probe take(String what, Callable<String> look) {
        long start = System.nanoTime();
        try {
            String detail = look.call();
            return new Probe(true, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start), detail);
        } catch (Exception e) {
            return new Probe(false, null, what + " can't be reached: " + rootMessage(e));
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && (root.getMessage() == null || root instanceof CompletionException)) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
