package dev.aideator.local.streams;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.util.List;

/** A Redis client whose calls keep their order: those of a pool would overtake each other. */
public record OneConnection(RedisConnection connection) implements Redis {

    @Override
    public Future<RedisConnection> connect() {
        return Future.succeededFuture(connection);
    }

    @Override
    public Redis connect(Handler<AsyncResult<RedisConnection>> handler) {
        connect().onComplete(handler);
        return this;
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public Future<Response> send(Request command) {
        return connection.send(command);
    }

    @Override
    public Redis send(Request command, Handler<AsyncResult<Response>> handler) {
        send(command).onComplete(handler);
        return this;
    }

    @Override
    public Future<List<Response>> batch(List<Request> commands) {
        return connection.batch(commands);
    }

    @Override
    public Redis batch(List<Request> commands, Handler<AsyncResult<List<Response>>> handler) {
        batch(commands).onComplete(handler);
        return this;
    }
}
