package dev.aideator.orchestrator.stream;

import dev.aideator.events.EventStream;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;

/** The streams of runs in Redis, for code that may wait. Everything throws {@link RedisUnavailable}. */
@ApplicationScoped
public class RunStreams {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Redis redis;

    RunStreams(Redis redis) {
        this.redis = redis;
    }

    public ProducerStream of(RunId run, Producer producer) {
        RunKeys keys = new RunKeys(run.toString());
        return new ProducerStream(new EventStream(redis, keys, producer), keys);
    }

    /** Tells an attempt's runner to stop. It may not hear it: the signal is what counts. */
    public void announceCancel(AttemptRef attempt) {
        JsonObject message = new JsonObject()
                .put("type", "cancel")
                .put("variation_id", Integer.toString(attempt.variation().index()))
                .put("epoch", attempt.epoch());
        await(redis.send(Request.cmd(Command.PUBLISH)
                .arg(new RunKeys(attempt.run().toString()).control())
                .arg(message.encode())));
    }

    /** Lets Redis forget a producer's stream after a while. */
    public void expire(RunId run, Producer producer, Duration after) {
        await(redis.send(Request.cmd(Command.EXPIRE)
                .arg(new RunKeys(run.toString()).events(producer))
                .arg(after.toSeconds())));
    }

    /** Lets Redis keep a producer's stream, if it still has it. */
    public void keep(RunId run, Producer producer) {
        await(redis.send(Request.cmd(Command.PERSIST).arg(new RunKeys(run.toString()).events(producer))));
    }

    static <T> T await(Future<T> answer) {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new RedisUnavailable(e.getCause());
        } catch (TimeoutException e) {
            throw new RedisUnavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailable(e);
        }
    }
}
