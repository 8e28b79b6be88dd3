package dev.aideator.local.streams;

import dev.aideator.events.Event;
import dev.aideator.events.EventStream;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Appends to the streams of runs in Redis, as agent runners do. */
final class AppendFeed implements Feed {

    private static final int UNDER_WAY = 256;

    private final OneConnection redis;
    private final Map<String, EventStream> streams = new HashMap<>();
    private final UnderWay underWay = new UnderWay(UNDER_WAY);

    AppendFeed(Vertx vertx, String redisUrl) throws IOException {
        redis = RedisConnections.open(vertx, redisUrl);
    }

    @Override
    public void open(String runId) throws IOException, InterruptedException {
        RunKeys keys = new RunKeys(runId);
        EventStream stream = new EventStream(redis, keys, Producer.variation(0));
        streams.put(runId, stream);
        follow(new EventStream(redis, keys, Producer.RUN).open(1));
        follow(stream.open(1));
    }

    @Override
    public void publish(Event event) throws IOException, InterruptedException {
        follow(streams.get(event.runId()).append(event));
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
