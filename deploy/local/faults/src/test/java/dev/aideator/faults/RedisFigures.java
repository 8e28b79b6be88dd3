package dev.aideator.faults;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;

import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often Redis was told what. */
final class RedisFigures implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final Redis redis;

    RedisFigures(String url) {
        redis = Redis.createClient(vertx, url);
    }

    void reset() {
        ask(Request.cmd(Command.CONFIG).arg("RESETSTAT"));
    }

    /** Since the last reset. */
    long calls(String command) {
        Matcher calls = Pattern.compile("cmdstat_" + command + ":calls=(\\d+)").matcher(info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    /** How many bytes of writes a master has, or a replica has of them. */
    long replicated() {
        Matcher offset = Pattern.compile("master_repl_offset:(\\d+)").matcher(info("replication"));
        return offset.find() ? Long.parseLong(offset.group(1)) : 0;
    }

    String info(String section) {
        return ask(Request.cmd(Command.INFO).arg(section));
    }

    private String ask(Request request) {
        try {
            return redis.send(request)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .toString();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        redis.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
