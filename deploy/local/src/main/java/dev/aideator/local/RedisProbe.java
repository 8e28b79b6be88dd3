package dev.aideator.local;

import dev.aideator.redis.RedisAccess;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the stack's Redis that waits for its answers. */
final class RedisProbe implements AutoCloseable {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
    private static final Pattern VERSION = Pattern.compile("redis_version:(\\S+)");
    private static final Pattern EVICTION_POLICY = Pattern.compile("maxmemory_policy:(\\S+)");

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;

    RedisProbe(RedisAccess access) {
        redis = access.client(vertx, access.options());
    }

    Vertx vertx() {
        return vertx;
    }

    Redis redis() {
        return redis;
    }

    String version() throws IOException, InterruptedException {
        return info("server", VERSION);
    }

    /** From INFO rather than CONFIG, which operated servers do not let everybody use. */
    String evictionPolicy() throws IOException, InterruptedException {
        return info("memory", EVICTION_POLICY);
    }

    private String info(String section, Pattern field) throws IOException, InterruptedException {
        Matcher matcher = field.matcher(ask(Command.INFO, section).toString());
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    /** Returns how many subscribers there were. */
    int publish(String channel, String message) throws IOException, InterruptedException {
        return ask(Command.PUBLISH, channel, message).toInteger();
    }

    private Response ask(Command command, String... arguments) throws IOException, InterruptedException {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return await(redis.send(request), ANSWERS_WITHIN);
    }

    static <T> T await(Future<T> answer, Duration within) throws IOException, InterruptedException {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + within.toSeconds() + " s", e);
        }
    }

    @Override
    public void close() {
        redis.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
