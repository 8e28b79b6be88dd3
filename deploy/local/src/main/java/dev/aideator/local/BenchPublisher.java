package dev.aideator.local;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventStream;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;

import io.vertx.core.AsyncResult;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Publishes as an agent-runner does, as fast as Redis takes it, and counts what a bare subscriber gets meanwhile. */
final class BenchPublisher {

    static final int EVENTS = 50_000;
    static final int CONTENT_BYTES = 100;
    static final int UNDER_WAY = 256;

    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);

    private final RedisProbe redis;
    private final RunKeys keys;
    private final int variation;

    BenchPublisher(RedisProbe redis, RunKeys keys, int variation) {
        this.redis = redis;
        this.keys = keys;
        this.variation = variation;
    }

    /** {@code startedAt} is {@link System#nanoTime} before the first event. */
    record Result(long startedAt, double subscriberRate) {}

    Result publish() throws IOException, InterruptedException {
        RedisConnection subscriber = connect();
        RedisConnection publisher = connect();
        try {
            CountDownLatch received = new CountDownLatch(EVENTS);
            AtomicLong lastReceived = new AtomicLong();
            subscriber.handler(message -> {
                if (message.size() == 3 && message.get(0).toString().equals("message")) {
                    lastReceived.setPlain(System.nanoTime());
                    received.countDown();
                }
            });
            RedisProbe.await(subscriber.send(Request.cmd(Command.SUBSCRIBE).arg(keys.output(variation))), LONG_ENOUGH);

            EventStream stream = new EventStream(publisher::send, keys, Producer.variation(variation));
            RedisProbe.await(stream.open(1), LONG_ENOUGH);
            long start = System.nanoTime();
            append(stream);
            if (!received.await(LONG_ENOUGH.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("The subscriber missed " + received.getCount() + " events");
            }
            return new Result(start, EVENTS / ((lastReceived.getPlain() - start) / 1e9));
        } finally {
            subscriber.close();
            publisher.close();
        }
    }

    private void append(EventStream stream) throws IOException, InterruptedException {
        Semaphore underWay = new Semaphore(UNDER_WAY);
        AtomicReference<String> fault = new AtomicReference<>();
        for (int seq = 1; seq <= EVENTS; seq++) {
            underWay.acquire();
            stream.append(event(seq)).onComplete(answer -> {
                check(answer, fault);
                underWay.release();
            });
        }
        underWay.acquire(UNDER_WAY);
        if (fault.get() != null) {
            throw new IOException(fault.get());
        }
    }

    private static void check(AsyncResult<StreamAnswer> answer, AtomicReference<String> fault) {
        if (answer.failed()) {
            fault.compareAndSet(null, answer.cause().getMessage());
        } else if (!(answer.result() instanceof StreamAnswer.Added)) {
            fault.compareAndSet(null, "Redis answered " + answer.result());
        }
    }

    private Event event(int seq) {
        return new Event(
                keys.runId(),
                Producer.variation(variation),
                new EntryId(1, seq),
                Instant.now(),
                new Payload.AgentOutput("x".repeat(CONTENT_BYTES)));
    }

    private RedisConnection connect() throws IOException, InterruptedException {
        return RedisProbe.await(redis.redis().connect(), LONG_ENOUGH);
    }
}
