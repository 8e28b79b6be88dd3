package dev.aideator.local.streams;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.util.ArrayList;
import java.util.List;

/**
 * A Redis client whose calls wait for {@link #flush} and then go together, on one connection, in their order: those of a
 * pool would overtake each other. When one of them is refused, all that went with it count as refused. Belongs to one
 * thread.
 */
final class Pipeline implements Redis {

    private final OneConnection redis;
    private List<Request> requests = new ArrayList<>();
    private List<Promise<Response>> answers = new ArrayList<>();

    Pipeline(OneConnection redis) {
        this.redis = redis;
    }

    void flush() {
        if (requests.isEmpty()) {
            return;
        }
        List<Promise<Response>> due = answers;
        redis.batch(requests).onComplete(all -> {
            for (int i = 0; i < due.size(); i++) {
                if (all.succeeded()) {
                    due.get(i).complete(all.result().get(i));
                } else {
                    due.get(i).fail(all.cause());
                }
            }
        });
        requests = new ArrayList<>();
        answers = new ArrayList<>();
    }

    @Override
    public Future<RedisConnection> connect() {
        return redis.connect();
    }

    @Override
    public Redis connect(Handler<AsyncResult<RedisConnection>> handler) {
        connect().onComplete(handler);
        return this;
    }

    @Override
    public void close() {
        redis.close();
    }

    @Override
    public Future<Response> send(Request command) {
        Promise<Response> answer = Promise.promise();
        requests.add(command);
        answers.add(answer);
        return answer.future();
    }

    @Override
    public Redis send(Request command, Handler<AsyncResult<Response>> handler) {
        send(command).onComplete(handler);
        return this;
    }

    @Override
    public Future<List<Response>> batch(List<Request> commands) {
        return Future.all(commands.stream().map(this::send).toList()).map(all -> all.list());
    }

    @Override
    public Redis batch(List<Request> commands, Handler<AsyncResult<List<Response>>> handler) {
        batch(commands).onComplete(handler);
        return this;
    }
}
