package dev.aideator.redis;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventStream;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.events.StreamAnswer;
import dev.aideator.servers.EmbeddedCluster;
import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.EmbeddedSentinel;
import dev.aideator.servers.Ports;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each way of running Redis, with real servers: a stream is opened, written and read, and a subscriber hears of it. */
class RedisServersTest {

    private static final String PASSWORD = "pa:ss@wo+rd";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        await(vertx.close());
    }

    @Test
    void a_server_with_a_password() {
        EmbeddedRedis server = open(EmbeddedRedis.temporaryWith("--requirepass", PASSWORD));

        works(access(Map.of("REDIS_URL", server.url(), "REDIS_PASSWORD", PASSWORD)));
        refuses(access(Map.of("REDIS_URL", server.url(), "REDIS_PASSWORD", "wrong")), "WRONGPASS");
        refuses(access(Map.of("REDIS_URL", server.url())), "NOAUTH");
    }

    @Test
    void a_server_with_users() {
        EmbeddedRedis server = open(EmbeddedRedis.temporary());
        addUser(server);
        tell(server, Command.ACL, "SETUSER", "default", "off");

        works(access(Map.of("REDIS_URL", server.url(), "REDIS_USERNAME", "agent", "REDIS_PASSWORD", PASSWORD)));
        works(access(Map.of("REDIS_URL", "redis://agent:pa%3Ass%40wo+rd@127.0.0.1:" + server.port())));
        refuses(
                access(Map.of("REDIS_URL", server.url(), "REDIS_USERNAME", "other", "REDIS_PASSWORD", PASSWORD)),
                "WRONGPASS");
    }

    @Test
    void a_server_with_tls_and_an_authority_of_its_own() throws Exception {
        Certificates certificates = Certificates.in(folder);
        int port = Ports.free();
        open(EmbeddedRedis.temporaryWith(
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificates.certificate().toString(),
                "--tls-key-file",
                certificates.key().toString(),
                "--tls-ca-cert-file",
                certificates.authority().toString(),
                "--tls-auth-clients",
                "no"));
        String authority = certificates.authority().toString();

        works(access(Map.of("REDIS_URL", "rediss://127.0.0.1:" + port, "REDIS_TLS_CA", authority)));
        // The certificate is for the address, not for the name.
        refuses(access(Map.of("REDIS_URL", "rediss://localhost:" + port, "REDIS_TLS_CA", authority)), "localhost");
        works(access(Map.of(
                "REDIS_URL",
                "rediss://localhost:" + port,
                "REDIS_TLS_CA",
                authority,
                "REDIS_TLS_VERIFY_HOST",
                "false")));
        refuses(
                access(Map.of("REDIS_URL", "rediss://127.0.0.1:" + port, "REDIS_TLS_VERIFY_HOST", "false")),
                "certification path");
    }

    @Test
    void a_sentinel_says_who_is_the_master_also_after_a_failover() {
        EmbeddedRedis master = open(EmbeddedRedis.temporaryWithPassword(PASSWORD));
        EmbeddedRedis replica = open(EmbeddedRedis.temporaryReplica(master.port(), PASSWORD));
        EmbeddedSentinel sentinel = open(EmbeddedSentinel.watching("mymaster", master, PASSWORD));
        RedisAccess access = access(Map.of(
                "REDIS_URL",
                // The first is not there: the next one is asked.
                "redis://127.0.0.1:" + Ports.free() + ",127.0.0.1:" + sentinel.port(),
                "REDIS_MODE",
                "sentinel",
                "REDIS_MASTER",
                "mymaster",
                "REDIS_PASSWORD",
                PASSWORD));
        Redis redis = client(access);
        RunKeys keys = works(access, redis);
        EventStream stream = new EventStream(redis, keys, Producer.variation(0));
        until(() -> info(sentinel, "slaves=1") && replicated(replica, keys));

        master.process().kill();

        Event next = event(keys, 2);
        until(() -> await(stream.append(next)) instanceof StreamAnswer.Added);
        assertThat(await(stream.last())).isEqualTo(new EntryId(1, 2));
        assertThat(tell(replica, Command.ROLE).get(0).toString()).isEqualTo("master");
        // A subscriber that connects anew comes to the new master, too.
        works(access);
    }

    @Test
    void a_cluster_takes_runs_on_all_nodes_and_tells_subscribers_of_each() {
        List<EmbeddedRedis> nodes = open(EmbeddedCluster.temporary()).nodes();
        // Two of three: the third is found.
        Map<String, String> variables =
                Map.of("REDIS_URL", nodes.get(0).url() + "," + nodes.get(1).url(), "REDIS_MODE", "cluster");
        RedisAccess access = access(variables);
        Redis redis = client(access);
        for (int i = 0; i < 12; i++) {
            works(access, redis);
        }
        for (EmbeddedRedis node : nodes) {
            assertThat(tell(node, Command.DBSIZE).toInteger()).isPositive();
        }

        nodes.forEach(this::addUser);
        Map<String, String> asUser = new HashMap<>(variables);
        asUser.put("REDIS_USERNAME", "agent");
        asUser.put("REDIS_PASSWORD", PASSWORD);
        Redis user = client(access(asUser));
        works(access(asUser), user);

        // What fails then names the node, and not the password that its address has for Vert.x.
        nodes.get(2).process().kill();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        await(new EventStream(user, keys(), Producer.RUN).open(1));
                    }
                })
                .hasMessageNotContainingAny(PASSWORD, "pa%3A");
    }

    /** It would keep its place in the pool, and a pool of such connections is one that nobody gets out of. */
    @Test
    void a_connection_that_takes_all_and_answers_nothing_is_given_up() throws Exception {
        try (ServerSocket hole = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            RedisAccess access = access(Map.of("REDIS_URL", "redis://127.0.0.1:" + hole.getLocalPort()));
            Redis redis = client(access);
            assertThatThrownBy(() -> await(redis.send(Request.cmd(Command.PING))))
                    .hasStackTraceContaining("CONNECTION_CLOSED");
        }
    }

    private void addUser(EmbeddedRedis server) {
        tell(
                server,
                Command.ACL,
                "SETUSER",
                "agent",
                "on",
                ">" + PASSWORD,
                "~run:*",
                "resetchannels",
                "&run:*",
                "+@all");
    }

    private void works(RedisAccess access) {
        works(access, client(access));
    }

    /** Returns the run that was written. */
    private RunKeys works(RedisAccess access, Redis redis) {
        RunKeys keys = keys();
        Redis subscriber = access.client(vertx, access.subscriberOptions(0));
        opened.push(subscriber::close);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RedisConnection connection = await(subscriber.connect());
        connection.handler(push -> heard.add(push.get(0) + " " + push.get(1)));
        await(connection.send(Request.cmd(Command.SUBSCRIBE).arg(keys.output(0))));
        assertThat(next(heard)).isEqualTo("subscribe " + keys.output(0));

        EventStream stream = new EventStream(redis, keys, Producer.variation(0));
        assertThat(await(stream.open(1))).isEqualTo(new StreamAnswer.Added(new EntryId(1, 0)));
        assertThat(await(stream.append(event(keys, 1)))).isEqualTo(new StreamAnswer.Added(new EntryId(1, 1)));
        assertThat(await(stream.last())).isEqualTo(new EntryId(1, 1));
        assertThat(await(stream.read(EntryId.START, 10))).hasSize(2);
        assertThat(next(heard)).isEqualTo("message " + keys.output(0));
        return keys;
    }

    private void refuses(RedisAccess access, String why) {
        Redis redis = client(access);
        assertThatThrownBy(() -> await(new EventStream(redis, keys(), Producer.RUN).last()))
                .hasStackTraceContaining(why)
                .hasMessageNotContainingAny(PASSWORD);
    }

    private Redis client(RedisAccess access) {
        Redis client = access.client(vertx, access.options());
        opened.push(client::close);
        return client;
    }

    private static RunKeys keys() {
        return new RunKeys(UUID.randomUUID().toString());
    }

    private static Event event(RunKeys keys, long seq) {
        return new Event(
                keys.runId(),
                Producer.variation(0),
                new EntryId(1, seq),
                Instant.EPOCH,
                new Payload.AgentOutput("text " + seq));
    }

    private boolean replicated(EmbeddedRedis replica, RunKeys keys) {
        return tell(replica, Command.EXISTS, keys.events(Producer.variation(0))).toInteger() == 1;
    }

    private boolean info(EmbeddedSentinel sentinel, String part) {
        return tell("redis://127.0.0.1:" + sentinel.port(), Command.INFO, "sentinel")
                .toString()
                .contains(part);
    }

    private Response tell(EmbeddedRedis server, Command command, String... arguments) {
        return tell(server.url(), command, arguments);
    }

    private Response tell(String url, Command command, String... arguments) {
        RedisAccess access = access(Map.of("REDIS_URL", url, "REDIS_PASSWORD", PASSWORD));
        Redis redis = access.client(vertx, access.options());
        try {
            Request request = Request.cmd(command);
            List.of(arguments).forEach(request::arg);
            return await(redis.send(request));
        } finally {
            redis.close();
        }
    }

    private static RedisAccess access(Map<String, String> variables) {
        return RedisAccess.from(variables);
    }

    private <T extends AutoCloseable> T open(T server) {
        opened.push(server);
        return server;
    }

    private static String next(BlockingQueue<String> heard) {
        try {
            String message = heard.poll(10, TimeUnit.SECONDS);
            assertThat(message).isNotNull();
            return message;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Failures on the way are those of servers that are not ready. */
    private static void until(Callable<Boolean> condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (Exception e) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("Not within 30 s", e);
                }
            }
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(15, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
