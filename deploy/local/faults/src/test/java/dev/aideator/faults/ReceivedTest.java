package dev.aideator.faults;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Producer;
import dev.aideator.redis.RedisAccess;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** An oracle that finds nothing must be one that would have. */
class ReceivedTest {

    private static final Producer V0 = Producer.variation(0);

    @TempDir
    private Path attempts;

    private final RunRecord run = new RunRecord(UUID.randomUUID().toString(), 1);
    private final Received received = new Received(run);
    private Agent agent;

    @BeforeEach
    void speak() {
        // No Redis: what counts is what was said.
        agent = new Agent(run.keys(), V0, 1, RedisAccess.from(Map.of("REDIS_URL", "redis://127.0.0.1:1")), attempts);
        run.started(agent);
        String longerThanAnEvent = "a".repeat(70_000);
        agent.say(longerThanAnEvent);
        agent.end();
        run.sealed(run.variation(V0), 1, agent.finalSeq().orElseThrow(), true);
        run.end();
    }

    @AfterEach
    void close() {
        agent.close();
    }

    @Test
    void all_of_it_in_order_is_right() {
        takeAll();
        assertThat(received.verdict()).isEmpty();
    }

    @Test
    void an_event_that_comes_twice_is_told() {
        assertThat(take(1)).isNull();
        assertThat(take(1)).contains("once more");
    }

    @Test
    void an_event_that_is_left_out_is_told() {
        assertThat(take(1)).isNull();
        assertThat(take(3)).contains("lacks 1-2");
    }

    @Test
    void an_event_that_differs_is_told_and_so_is_the_whole() {
        String changed = agent.said().line(1).replaceFirst("aaa", "aab");
        assertThat(received.take(EventJson.decode(changed), changed)).contains("differs at 1-1");
        for (long seq = 2; seq <= agent.said().lastSeq(); seq++) {
            assertThat(take(seq)).isNull();
        }
        assertThat(received.verdict()).anyMatch(wrong -> wrong.contains("another SHA-256"));
    }

    @Test
    void an_end_that_is_missing_is_told() {
        assertThat(take(1)).isNull();
        assertThat(received.verdict()).anyMatch(wrong -> wrong.contains("ended with 1 instead of 4"));
    }

    @Test
    void a_gap_stands_for_what_it_names_and_no_more() {
        String gap =
                EventJson.encode(new Event(run.id(), V0, new EntryId(1, 2), Instant.EPOCH, new Payload.Gap(1, 2L)));
        assertThat(received.take(EventJson.decode(gap), gap)).isNull();
        assertThat(take(3)).isNull();
        assertThat(take(4)).isNull();
        takeRunEvents();
        assertThat(received.verdict()).isEmpty();
        assertThat(received.gaps()).isEqualTo(1);
    }

    private String take(long seq) {
        String line = agent.said().line(seq);
        return received.take(EventJson.decode(line), line);
    }

    private void takeAll() {
        for (long seq = 1; seq <= agent.said().lastSeq(); seq++) {
            assertThat(take(seq)).isNull();
        }
        takeRunEvents();
    }

    private void takeRunEvents() {
        run.runEventsAfter(0)
                .forEach(line ->
                        assertThat(received.take(EventJson.decode(line), line)).isNull());
    }
}
