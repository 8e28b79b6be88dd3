package dev.aideator.agent.publish;

import dev.aideator.agent.end.Ending;
import dev.aideator.agent.end.Failure;
import dev.aideator.agent.end.Stop;
import dev.aideator.agent.task.Attempt;
import dev.aideator.agent.task.Secrets;
import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.FinalOutcome;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;
import dev.aideator.events.Payload.AgentLog.Level;
import dev.aideator.events.Producer;
import dev.aideator.events.RunKeys;
import dev.aideator.redis.RedisAccess;
import dev.aideator.servers.EmbeddedRedis;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;

import static dev.aideator.agent.publish.StreamReader.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class PublisherTest {

    private static final long PLENTY = 64L << 20;

    private final RunKeys keys = new RunKeys(UUID.randomUUID().toString());
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final Stop stop = new Stop();
    private EmbeddedRedis redis;
    private StreamReader reader;

    @BeforeEach
    void start() {
        redis = EmbeddedRedis.temporary();
        reader = new StreamReader(redis.url(), keys, Producer.variation(0));
    }

    @AfterEach
    void stop() {
        reader.close();
        redis.close();
    }

    @Test
    void stdout_and_redis_have_the_same_lines() {
        await(reader.stream().open(1));
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            publisher.log(Level.INFO, "begun");
            publisher.output("one ");
            publisher.output("two");
            FinalOutcome outcome = publisher.end(Ending.completed());
            await().until(() -> reader.lines().size() == outcome.lastSeq());
        }
        assertThat(reader.lines()).isEqualTo(stdoutLines());
        assertThat(reader.events())
                .extracting(event -> event.payload().type())
                .containsExactly("agent_log", "agent_output", "agent_complete");
        assertNumberedWithoutHoles();
    }

    @Test
    void a_restart_of_redis_loses_and_repeats_nothing() throws Exception {
        await(reader.stream().open(1));
        StringBuilder said = new StringBuilder();
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            say(publisher, said, 200);
            await().until(() -> !reader.lines().isEmpty());
            redis.stop();
            say(publisher, said, 2000);
            redis = redis.restart();
            say(publisher, said, 200);
            publisher.end(Ending.completed());
            await().atMost(Duration.ofSeconds(30)).until(this::isComplete);
        }
        assertThat(sha256(StreamReader.text(reader.events()))).isEqualTo(sha256(said.toString()));
        assertThat(reader.lines()).isEqualTo(stdoutLines());
        assertNumberedWithoutHoles();
    }

    @Test
    void a_redis_that_hangs_loses_nothing_either() throws Exception {
        await(reader.stream().open(1));
        StringBuilder said = new StringBuilder();
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            say(publisher, said, 20);
            await().until(() -> !reader.lines().isEmpty());
            redis.process().kill();
            say(publisher, said, 500);
            redis = redis.restart();
            publisher.end(Ending.completed());
            await().atMost(Duration.ofSeconds(30)).until(this::isComplete);
        }
        assertThat(sha256(StreamReader.text(reader.events()))).isEqualTo(sha256(said.toString()));
        assertNumberedWithoutHoles();
    }

    @Test
    void events_wait_until_the_attempt_is_opened() {
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            publisher.output("early");
            FinalOutcome outcome = publisher.end(Ending.completed());
            assertThat(outcome.lastSeq()).isEqualTo(2);
            await(reader.stream().open(1));
            await().until(this::isComplete);
        }
        assertThat(StreamReader.text(reader.events())).isEqualTo("early");
    }

    @Test
    void a_stream_that_lost_everything_gets_it_again_once_it_is_reopened() {
        await(reader.stream().open(1));
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            for (int i = 1; i <= 10; i++) {
                publisher.log(Level.INFO, "line " + i);
            }
            await().until(() -> reader.lines().size() == 10);
            // when Redis is emptied, and the orchestrator reopens behind the four events that the archive has
            await(reader.flush());
            await(reader.stream().open(new EntryId(1, 4)));
            // then the rest comes again, without a word being said
            await().until(() -> reader.lines().size() == 6);
        }
        assertThat(reader.events()).extracting(event -> event.id().seq()).containsExactly(5L, 6L, 7L, 8L, 9L, 10L);
    }

    @Test
    void a_newer_attempt_ends_this_one() {
        await(reader.stream().open(1));
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            publisher.output("mine");
            await().until(() -> !reader.lines().isEmpty());
            await(reader.stream().open(2));
            publisher.output("too late");
            await().until(stop::isRequested);
            assertThat(stop.supervise(() -> Thread.sleep(60_000), Duration.ofMinutes(1))
                            .reason())
                    .isEqualTo("superseded");
        }
        assertThat(StreamReader.text(reader.events())).isEqualTo("mine");
    }

    @Test
    void a_seal_ends_the_wait_and_a_silent_attempt_hears_of_it() {
        await(reader.stream().open(1));
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            publisher.output("all");
            publisher.end(Ending.completed());
            await().until(this::isComplete);
            await(reader.stream().seal(1));
            await().until(stop::isRequested);
            long asked = System.nanoTime();
            publisher.awaitSeal();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void what_the_buffer_no_longer_has_becomes_a_gap() {
        RedisFeed feed = new RedisFeed(attempt(1L), stop, Clock.systemUTC(), 10_000);
        try (feed) {
            for (int seq = 1; seq <= 100; seq++) {
                Event event = new Event(
                        keys.runId(),
                        Producer.variation(0),
                        new EntryId(1, seq),
                        Clock.systemUTC().instant(),
                        new Payload.AgentOutput("x".repeat(300)));
                feed.offer(new Numbered(seq, keys.channel(event), EventJson.encode(event)));
            }
            await(reader.stream().open(1));
            await().until(() ->
                    !reader.events().isEmpty() && reader.events().getLast().id().seq() == 100);
        }
        List<Event> events = reader.events();
        assertThat(events.getFirst().payload()).isInstanceOf(Payload.Gap.class);
        Payload.Gap gap = (Payload.Gap) events.getFirst().payload();
        assertThat(gap.from()).isEqualTo(1);
        assertThat(events.get(1).id().seq()).isEqualTo(gap.to() + 1);
        assertThat(events).hasSize((int) (100 - gap.to() + 1));
    }

    @Test
    void a_runner_without_a_number_opens_the_next_attempt_and_waits_for_no_seal() {
        await(reader.stream().open(1));
        await(reader.stream().seal(1));
        try (Publisher publisher = publisher(null, Set.of(), PLENTY)) {
            publisher.output("by hand");
            publisher.end(Ending.completed());
            publisher.awaitSeal();
        }
        assertThat(reader.events()).extracting(event -> event.id().epoch()).containsOnly(2L);
        assertThat(StreamReader.text(reader.events())).isEqualTo("by hand");
    }

    @Test
    void secrets_show_nowhere() {
        await(reader.stream().open(1));
        String secret = "sk-\"tricky\\secret";
        try (Publisher publisher = publisher(1, Set.of(secret), PLENTY)) {
            for (char c : ("key " + secret + " end").toCharArray()) {
                publisher.output(String.valueOf(c));
            }
            publisher.log(Level.INFO, "log " + secret);
            publisher.log("err " + secret.substring(0, 5));
            publisher.log(secret.substring(5) + "\n");
            publisher.end(Ending.of(new Failure("code", "because of " + secret, "mend " + secret)));
            await().until(this::isComplete);
        }
        assertThat(stdout.toString(StandardCharsets.UTF_8)).doesNotContain("tricky");
        assertThat(StreamReader.text(reader.events())).isEqualTo("key *** end");
        assertThat(reader.events())
                .extracting(Event::payload)
                .contains(
                        new Payload.AgentLog(Level.INFO, "log ***"),
                        new Payload.AgentLog(Level.INFO, "err ***"),
                        new Payload.AgentError("code", "because of ***", "mend ***"),
                        new Payload.AgentComplete(Outcome.FAILED, "code", "because of ***"));
    }

    @Test
    void an_agent_that_says_too_much_is_stopped() {
        try (Publisher publisher = publisher(1, Set.of(), 1000)) {
            publisher.output("x".repeat(999));
            assertThatThrownBy(() -> publisher.output("é"))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining("1000");
            publisher.end(Ending.completed());
        }
        List<Event> events = stdoutLines().stream().map(EventJson::decode).toList();
        assertThat(StreamReader.text(events)).isEqualTo("x".repeat(999));
    }

    @Test
    void small_pieces_are_put_together_and_nothing_waits_long() {
        try (Publisher publisher = publisher(1, Set.of(), PLENTY)) {
            for (int i = 0; i < 1000; i++) {
                publisher.output("ab");
            }
            await().until(() -> StreamReader.text(stdoutLines().stream()
                                    .map(EventJson::decode)
                                    .toList())
                            .length()
                    == 2000);
        }
        assertThat(stdoutLines()).hasSizeLessThan(200);
    }

    @Test
    void without_any_redis_stdout_has_everything_and_the_end_does_not_hang() {
        redis.stop();
        long started = System.nanoTime();
        try (Publisher publisher = publisher(null, Set.of(), PLENTY)) {
            publisher.output("alone");
            publisher.end(Ending.completed());
            publisher.awaitSeal();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
        assertThat(stdoutLines()).hasSize(2);
        redis = redis.restart();
    }

    private Publisher publisher(Integer epoch, Set<String> secrets, long maxBytes) {
        Attempt attempt = attempt(epoch == null ? null : epoch.longValue());
        return Publisher.start(attempt, new Secrets(secrets), maxBytes, stdout, stop, Clock.systemUTC());
    }

    private Attempt attempt(Long epoch) {
        RedisAccess access = RedisAccess.from(Map.of("REDIS_URL", redis.url()));
        return new Attempt(keys, Producer.variation(0), Optional.ofNullable(epoch), Optional.of(access));
    }

    private static void say(Publisher publisher, StringBuilder said, int pieces) {
        Random random = new Random(pieces);
        for (int i = 0; i < pieces; i++) {
            String piece = "piece " + i + " é👍 " + "z".repeat(random.nextInt(200)) + "\n";
            said.append(piece);
            publisher.output(piece);
        }
    }

    private List<String> stdoutLines() {
        return stdout.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private boolean isComplete() {
        List<Event> events = reader.events();
        return !events.isEmpty() && events.getLast().payload() instanceof Payload.AgentComplete;
    }

    private void assertNumberedWithoutHoles() {
        List<Event> events = reader.events();
        assertThat(events)
                .extracting(event -> event.id().seq())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, events.size()).boxed().toList());
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
