package dev.aideator.local.streams;

import dev.aideator.events.Event;
import dev.aideator.events.EventStream;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisConnection;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Appends to the streams of runs in Redis, as agent runners do. */
final class AppendFeed implements Feed {

    private static final int UNDER_WAY = 256;

    private final RedisConnection redis;
    private final Pipeline pipeline;
    private final Map<String, EventStream> streams = new HashMap<>();
    private final UnderWay underWay;

    AppendFeed(Vertx vertx, String redisUrl) throws IOException {
        redis = RedisConnections.open(vertx, redisUrl);
        pipeline = new Pipeline(redis);
        underWay = new UnderWay(UNDER_WAY, pipeline::flush);
    }

    @Override
    public void open(String runId) throws IOException, InterruptedException {
        RunKeys keys = new RunKeys(runId);
        // Not by the pipeline: who comes first finds no script, and brings it.
        follow(new EventStream(redis::send, keys, Producer.RUN).open(1));
        follow(new EventStream(redis::send, keys, Producer.variation(0)).open(1));
        streams.put(runId, new EventStream(pipeline::send, keys, Producer.variation(0)));
    }

    @Override
    public void publish(Event event) throws IOException, InterruptedException {
        follow(streams.get(event.runId()).append(event));
    }

    @Override
    public void flush() {
        pipeline.flush();
    }

    private void follow(Future<StreamAnswer> answer) throws IOException, InterruptedException {
        underWay.begin();
        answer.onSuccess(it -> {
                    if (it instanceof StreamAnswer.Added) {
                        underWay.end();
                    } else {
                        underWay.fail("Redis answered " + it);
                    }
                })
                .onFailure(cause -> underWay.fail("Redis answered " + cause.getMessage()));
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
