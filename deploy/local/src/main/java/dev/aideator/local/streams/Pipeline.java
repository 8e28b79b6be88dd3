package dev.aideator.local.streams;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.util.ArrayList;
import java.util.List;

/**
 * Commands that wait for {@link #flush} and then go together, on one connection, in their order. When one of them is
 * refused, all that went with it count as refused. Belongs to one thread.
 */
final class Pipeline {

    private final RedisConnection redis;
    private List<Request> commands = new ArrayList<>();
    private List<Promise<Response>> answers = new ArrayList<>();

    Pipeline(RedisConnection redis) {
        this.redis = redis;
    }

    Future<Response> send(Request command) {
        Promise<Response> answer = Promise.promise();
        commands.add(command);
        answers.add(answer);
        return answer.future();
    }

    void flush() {
        if (commands.isEmpty()) {
            return;
        }
        List<Promise<Response>> due = answers;
        redis.batch(commands).onComplete(all -> {
            for (int i = 0; i < due.size(); i++) {
                if (all.succeeded()) {
                    due.get(i).complete(all.result().get(i));
                } else {
                    due.get(i).fail(all.cause());
                }
            }
        });
        commands = new ArrayList<>();
        answers = new ArrayList<>();
    }
}
