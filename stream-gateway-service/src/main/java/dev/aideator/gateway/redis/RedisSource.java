package dev.aideator.gateway.redis;

import dev.aideator.events.EntryId;
import dev.aideator.events.EventStream;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.Source;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One run in Redis: its streams are read, its channels say when. */
public final class RedisSource implements Source {

    private final Redis redis;
    private final Subscriptions subscriptions;
    private final RunKeys keys;
    private final Set<Producer> producers;
    private final Duration patience;
    private final Map<Producer, EventStream> streams = new HashMap<>();

    public RedisSource(
            Redis redis, Subscriptions subscriptions, RunKeys keys, Set<Producer> producers, Duration patience) {
        this.redis = redis;
        this.subscriptions = subscriptions;
        this.keys = keys;
        this.producers = producers;
        this.patience = patience;
    }

    @Override
    public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
        return streams.computeIfAbsent(producer, it -> new EventStream(redis, keys, it))
                .read(after, limit)
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Watch watch(Listener listener) {
        return subscriptions.watch(channels(), listener);
    }

    /** By name: {@code pubsub numsub} tells who watches, and no pattern makes Redis match every message. */
    private List<String> channels() {
        List<String> channels = new ArrayList<>();
        for (Producer producer : producers) {
            if (producer.isRun()) {
                channels.add(keys.status());
            } else {
                channels.add(keys.output(producer.index()));
                channels.add(keys.logs(producer.index()));
            }
        }
        return channels;
    }
}
