package dev.aideator.events;

import dev.aideator.servers.EmbeddedRedis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class EventStreamTest {

    private static EmbeddedRedis server;
    private static Vertx vertx;
    private static Redis redis;

    private RunKeys keys;
    private EventStream stream;

    @BeforeAll
    static void start() {
        server = EmbeddedRedis.temporary();
        vertx = Vertx.vertx();
        redis = Redis.createClient(vertx, server.url());
    }

    @AfterAll
    static void stop() {
        redis.close();
        await(vertx.close());
        server.close();
    }

    @BeforeEach
    void aRunOfItsOwn() {
        keys = new RunKeys(UUID.randomUUID().toString());
        stream = new EventStream(redis, keys, Producer.variation(0));
    }

    @Test
    void an_event_needs_an_opened_attempt() {
        assertThat(append(1, 1)).isEqualTo(new StreamAnswer.NotOpen(EntryId.START));

        assertThat(await(stream.open(1))).isEqualTo(new StreamAnswer.Added(new EntryId(1, 0)));
        assertThat(append(1, 1)).isEqualTo(new StreamAnswer.Added(new EntryId(1, 1)));
        assertThat(append(2, 1)).isEqualTo(new StreamAnswer.NotOpen(new EntryId(1, 1)));
    }

    @Test
    void an_event_sent_again_is_acknowledged_and_stands_once() {
        await(stream.open(1));
        append(1, 1);
        append(1, 2);

        assertThat(append(1, 2)).isEqualTo(new StreamAnswer.Acknowledged(new EntryId(1, 2)));
        assertThat(append(1, 1)).isEqualTo(new StreamAnswer.Acknowledged(new EntryId(1, 2)));
        assertThat(entries()).hasSize(3);
    }

    @Test
    void a_hole_is_refused_with_the_last_id() {
        await(stream.open(1));
        append(1, 1);

        assertThat(append(1, 3)).isEqualTo(new StreamAnswer.Hole(new EntryId(1, 1)));
        assertThat(entries()).hasSize(2);
    }

    @Test
    void a_gap_takes_the_place_of_the_events_it_stands_for() {
        await(stream.open(1));
        append(1, 1);

        assertThat(await(stream.append(event(1, 5, new Payload.Gap(2, 5L)))))
                .isEqualTo(new StreamAnswer.Added(new EntryId(1, 5)));
        assertThat(append(1, 4)).isEqualTo(new StreamAnswer.Acknowledged(new EntryId(1, 5)));
        assertThat(append(1, 6)).isEqualTo(new StreamAnswer.Added(new EntryId(1, 6)));
    }

    @Test
    void a_gap_that_leaves_a_hole_before_it_is_refused() {
        await(stream.open(1));

        assertThat(await(stream.append(event(1, 5, new Payload.Gap(3, 5L)))))
                .isEqualTo(new StreamAnswer.Hole(new EntryId(1, 0)));
    }

    @Test
    void a_newer_attempt_fences_the_older_one() {
        await(stream.open(1));
        append(1, 1);
        await(stream.open(2));

        assertThat(append(1, 2)).isEqualTo(new StreamAnswer.Fenced(new EntryId(2, 0)));
        assertThat(await(stream.open(1))).isEqualTo(new StreamAnswer.Fenced(new EntryId(2, 0)));
        assertThat(await(stream.seal(1))).isEqualTo(new StreamAnswer.Fenced(new EntryId(2, 0)));
    }

    @Test
    void opening_twice_changes_nothing() {
        await(stream.open(1));
        append(1, 1);

        assertThat(await(stream.open(1))).isEqualTo(new StreamAnswer.Acknowledged(new EntryId(1, 1)));
    }

    @Test
    void a_seal_knows_the_last_event_and_lets_nothing_follow_but_the_next_opening() {
        EntryId seal = new EntryId(1, EntryId.SEAL_SEQ);
        assertThat(await(stream.seal(1))).isEqualTo(new StreamAnswer.NotOpen(EntryId.START));
        await(stream.open(1));
        append(1, 1);
        append(1, 2);

        assertThat(await(stream.seal(1))).isEqualTo(new StreamAnswer.Added(seal));
        assertThat(await(stream.seal(1))).isEqualTo(new StreamAnswer.Sealed(seal));
        assertThat(append(1, 3)).isEqualTo(new StreamAnswer.Sealed(seal));
        assertThat(await(stream.open(1))).isEqualTo(new StreamAnswer.Sealed(seal));
        assertThat(await(stream.read(new EntryId(1, 2), 2))).containsExactly(new StreamEntry.Seal(seal, 2));
        assertThat(await(stream.open(2))).isEqualTo(new StreamAnswer.Added(new EntryId(2, 0)));
    }

    @Test
    void whoever_has_nobody_to_number_attempts_opens_the_next_one() {
        assertThat(await(stream.openNext())).isEqualTo(new StreamAnswer.Added(new EntryId(1, 0)));
        append(1, 1);
        assertThat(await(stream.openNext())).isEqualTo(new StreamAnswer.Added(new EntryId(2, 0)));
    }

    @Test
    void after_redis_lost_a_stream_it_goes_on_behind_the_archive() {
        await(stream.open(new EntryId(3, 17)));

        assertThat(append(3, 17)).isEqualTo(new StreamAnswer.Acknowledged(new EntryId(3, 17)));
        assertThat(append(3, 18)).isEqualTo(new StreamAnswer.Added(new EntryId(3, 18)));
    }

    @Test
    void the_last_id_survives_trimming() {
        await(stream.open(1));
        append(1, 1);
        await(redis.send(Request.cmd(Command.XTRIM)
                .arg(keys.events(Producer.variation(0)))
                .arg("MAXLEN")
                .arg(0)));

        assertThat(await(stream.last())).isEqualTo(new EntryId(1, 1));
        assertThat(append(1, 1)).isEqualTo(new StreamAnswer.Acknowledged(new EntryId(1, 1)));
        assertThat(append(1, 2)).isEqualTo(new StreamAnswer.Added(new EntryId(1, 2)));
    }

    @Test
    void numbers_keep_all_their_digits() {
        long epoch = 999_999_999_999_999L;
        await(stream.open(epoch));

        assertThat(append(epoch, 1)).isEqualTo(new StreamAnswer.Added(new EntryId(epoch, 1)));
    }

    @Test
    void entries_are_read_in_order_and_page_by_page() {
        await(stream.open(1));
        append(1, 1);
        append(1, 2);

        assertThat(await(stream.read(EntryId.START, 2)))
                .containsExactly(new StreamEntry.Opening(new EntryId(1, 0)), entry(1, 1));
        assertThat(await(stream.read(new EntryId(1, 1), 2))).containsExactly(entry(1, 2));
        assertThat(await(stream.read(new EntryId(1, 2), 2))).isEmpty();
    }

    @Test
    void an_event_is_announced_on_its_channel_and_openings_and_seals_are_not() throws InterruptedException {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        RedisConnection subscriber = await(redis.connect());
        subscriber.handler(message -> {
            if (message.get(0).toString().equals("pmessage")) {
                heard.add(message.get(2) + " " + message.get(3));
            }
        });
        await(subscriber.send(Request.cmd(Command.PSUBSCRIBE).arg("run:" + keys.runId() + ":*")));

        await(stream.open(1));
        append(1, 1);
        append(1, 1);
        await(stream.append(event(1, 2, new Payload.AgentLog(Payload.AgentLog.Level.INFO, "a line"))));
        await(stream.seal(1));
        await(redis.send(Request.cmd(Command.PUBLISH).arg(keys.control()).arg("end")));

        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(keys.output(0) + " " + json(1, 1));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).startsWith(keys.logs(0) + " ");
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(keys.control() + " end");
        subscriber.close();
    }

    @Test
    void a_publish_that_is_refused_loses_no_event() {
        await(redis.send(Request.cmd(Command.ACL)
                .arg("SETUSER")
                .arg("mute")
                .arg("on")
                .arg("nopass")
                .arg("~*")
                .arg("+@all")
                .arg("-publish")));
        Redis mute = Redis.createClient(vertx, "redis://mute:any@127.0.0.1:" + server.port());
        EventStream muted = new EventStream(mute, keys, Producer.variation(0));

        await(muted.open(1));
        assertThat(await(muted.append(event(1, 1, output(1))))).isInstanceOf(StreamAnswer.Added.class);
        assertThat(entries()).hasSize(2);
        mute.close();
    }

    @Test
    void the_script_is_sent_again_after_redis_forgot_it() {
        await(stream.open(1));
        Response flushed =
                await(redis.send(Request.cmd(Command.SCRIPT).arg("FLUSH").arg("SYNC")));
        assertThat(flushed).hasToString("OK");

        assertThat(append(1, 1)).isInstanceOf(StreamAnswer.Added.class);
    }

    private StreamAnswer append(long epoch, long seq) {
        return await(stream.append(event(epoch, seq, output(seq))));
    }

    private List<StreamEntry> entries() {
        return await(stream.read(EntryId.START, 100));
    }

    private StreamEntry entry(long epoch, long seq) {
        return new StreamEntry.EventEntry(new EntryId(epoch, seq), json(epoch, seq));
    }

    private String json(long epoch, long seq) {
        return EventJson.encode(event(epoch, seq, output(seq)));
    }

    private static Payload output(long seq) {
        return new Payload.AgentOutput("event " + seq);
    }

    private Event event(long epoch, long seq, Payload payload) {
        return new Event(keys.runId(), Producer.variation(0), new EntryId(epoch, seq), Instant.EPOCH, payload);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }
}
