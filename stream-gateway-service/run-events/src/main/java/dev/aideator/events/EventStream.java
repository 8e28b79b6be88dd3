package dev.aideator.events;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * One producer's stream in Redis: the append script, and reading. Redis 6.2 to 8 and Valkey. The script is sent once
 * and called by its digest from then on. Answers come in the order of the calls on one connection.
 */
public final class EventStream {

    private static final String SCRIPT = script();
    private static final String DIGEST = digest(SCRIPT);

    private final Sender redis;
    private final RunKeys keys;
    private final String key;

    /** Brings commands to Redis, and their answers back: one that has a single connection keeps the order of calls. */
    public interface Sender {
        Future<Response> send(Request command);
    }

    /** A pool gives each call a connection of its own. */
    public EventStream(Redis pool, RunKeys keys, Producer producer) {
        this(pool::send, keys, producer);
    }

    public EventStream(Sender redis, RunKeys keys, Producer producer) {
        this.redis = redis;
        this.keys = keys;
        this.key = keys.events(producer);
    }

    /** Appends and announces an event that has an id. */
    public Future<StreamAnswer> append(Event event) {
        return append(event.id(), event.firstSeq(), keys.channel(event), EventJson.encode(event));
    }

    /** The same for a line that is encoded already; {@code firstSeq} differs from the id's seq only for a gap. */
    public Future<StreamAnswer> append(EntryId id, long firstSeq, String channel, String json) {
        return call(
                "append", Long.toString(id.epoch()), Long.toString(firstSeq), Long.toString(id.seq()), channel, json);
    }

    /** Starts an attempt, which fences all older ones. */
    public Future<StreamAnswer> open(long epoch) {
        return open(new EntryId(epoch, 0));
    }

    /** Starts an attempt again behind what the archive has of it, after Redis lost it. */
    public Future<StreamAnswer> open(EntryId archived) {
        return call("open", Long.toString(archived.epoch()), Long.toString(archived.seq()));
    }

    /** Starts the attempt after the last one; the answer's id has its epoch. */
    public Future<StreamAnswer> openNext() {
        return call("open_next");
    }

    public Future<StreamAnswer> seal(long epoch) {
        return call("seal", Long.toString(epoch));
    }

    /** The stream's last id, {@link EntryId#START} when there is no stream. */
    public Future<EntryId> last() {
        return run("last").map(answer -> EntryId.parse(answer.get(1).toString()));
    }

    /** At most {@code count} entries behind {@code after}, in order. */
    public Future<List<StreamEntry>> read(EntryId after, int count) {
        Request range = Request.cmd(Command.XRANGE)
                .arg(key)
                .arg("(" + after)
                .arg("+")
                .arg("COUNT")
                .arg(count);
        return redis.send(range)
                .map(entries -> StreamSupport.stream(entries.spliterator(), false)
                        .map(StreamEntry::of)
                        .toList());
    }

    /** Removes what is older than {@code first}, or most of it: Redis forgets whole blocks of entries. */
    public Future<Void> trim(EntryId first) {
        Request trim = Request.cmd(Command.XTRIM).arg(key).arg("MINID").arg("~").arg(first.toString());
        return redis.send(trim).mapEmpty();
    }

    private Future<StreamAnswer> call(String... arguments) {
        return run(arguments)
                .map(answer -> StreamAnswer.of(
                        answer.get(0).toString(), EntryId.parse(answer.get(1).toString())));
    }

    private Future<Response> run(String... arguments) {
        return redis.send(request(Command.EVALSHA, DIGEST, arguments)).recover(failure -> {
            String message = failure.getMessage();
            // Redis forgets scripts when it restarts: EVAL runs it and keeps it again.
            return message != null && message.startsWith("NOSCRIPT")
                    ? redis.send(request(Command.EVAL, SCRIPT, arguments))
                    : Future.failedFuture(failure);
        });
    }

    private Request request(Command command, String script, String... arguments) {
        Request request = Request.cmd(command).arg(script).arg(1).arg(key);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return request;
    }

    private static String script() {
        try (InputStream lua = EventStream.class.getResourceAsStream("stream.lua")) {
            return new String(lua.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String script) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return HexFormat.of().formatHex(sha1.digest(script.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1", e);
        }
    }
}
