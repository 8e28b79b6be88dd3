package dev.aideator.local.streams;

import dev.aideator.events.Event;
import dev.aideator.events.EventJson;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

import java.io.IOException;

/** Publishes on a run's channel in Redis, and nothing else. */
final class ChannelFeed implements Feed {

    private static final int UNDER_WAY = 256;

    private final RedisConnection redis;
    private final Pipeline pipeline;
    private final UnderWay underWay;

    ChannelFeed(Vertx vertx, String redisUrl) throws IOException {
        redis = RedisConnections.open(vertx, redisUrl);
        pipeline = new Pipeline(redis);
        underWay = new UnderWay(UNDER_WAY, pipeline::flush);
    }

    @Override
    public void open(String runId) {}

    @Override
    public void publish(Event event) throws IOException, InterruptedException {
        underWay.begin();
        pipeline.send(Request.cmd(Command.PUBLISH).arg(event.runId()).arg(EventJson.encode(event)))
                .onSuccess(_ -> underWay.end())
                .onFailure(cause -> underWay.fail("Redis answered " + cause.getMessage()));
    }

    @Override
    public void flush() {
        pipeline.flush();
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        underWay.awaitAll();
    }

    @Override
    public void close() {
        redis.close();
    }
}
