package dev.aideator.redis;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.util.List;

/** Keeps the password to itself: Vert.x names a Cluster's nodes by addresses that have it in them. */
record DiscreetRedis(Redis redis, Credentials credentials) implements Redis {

    @Override
    public Future<RedisConnection> connect() {
        return discreet(redis.connect(), credentials)
                .map(connection -> new DiscreetConnection(connection, credentials));
    }

    @Override
    public Future<Response> send(Request command) {
        return discreet(redis.send(command), credentials);
    }

    @Override
    public Future<List<Response>> batch(List<Request> commands) {
        return discreet(redis.batch(commands), credentials);
    }

    @Override
    public void close() {
        redis.close();
    }

    private static <T> Future<T> discreet(Future<T> answer, Credentials credentials) {
        return answer.recover(failure -> Future.failedFuture(discreet(failure, credentials)));
    }

    private static Throwable discreet(Throwable failure, Credentials credentials) {
        String message = failure.getMessage();
        boolean tells = message != null && !credentials.hide(message).equals(message);
        // Without its cause, which would tell it.
        return tells ? new IllegalStateException(credentials.hide(message)) : failure;
    }

    private record DiscreetConnection(RedisConnection connection, Credentials credentials) implements RedisConnection {

        @Override
        public Future<Response> send(Request command) {
            return discreet(connection.send(command), credentials);
        }

        @Override
        public Future<List<Response>> batch(List<Request> commands) {
            return discreet(connection.batch(commands), credentials);
        }

        @Override
        public RedisConnection exceptionHandler(Handler<Throwable> handler) {
            connection.exceptionHandler(
                    handler == null ? null : failure -> handler.handle(discreet(failure, credentials)));
            return this;
        }

        @Override
        public RedisConnection handler(Handler<Response> handler) {
            connection.handler(handler);
            return this;
        }

        @Override
        public RedisConnection endHandler(Handler<Void> handler) {
            connection.endHandler(handler);
            return this;
        }

        @Override
        public RedisConnection pause() {
            connection.pause();
            return this;
        }

        @Override
        public RedisConnection resume() {
            connection.resume();
            return this;
        }

        @Override
        public RedisConnection fetch(long amount) {
            connection.fetch(amount);
            return this;
        }

        @Override
        public Future<Void> close() {
            return connection.close();
        }

        @Override
        public boolean pendingQueueFull() {
            return connection.pendingQueueFull();
        }
    }
}
