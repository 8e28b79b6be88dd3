package dev.aideator.gateway;

import io.vertx.redis.client.Command;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Memory that does not do for all runs. */
class WindowsTest extends GatewayFixture {

    private static final int TOTAL = 300_000;

    @Override
    Map<String, String> settings() {
        return Map.of(
                "aideator.gateway.hub.window", "200000",
                "aideator.gateway.hub.total", Integer.toString(TOTAL),
                "aideator.gateway.hub.check", "50ms",
                "aideator.gateway.hub.linger", "1m");
    }

    /** What another test left in memory would be let go first. */
    @BeforeEach
    void aGatewayOfItsOwn() {
        gateway.close();
        gateway = new TestGateway(server.url(), orchestrator.url(), settings());
    }

    /** A run of one event of 1,000 bytes for each thousand. */
    private final class Talk {
        private final String id = UUID.randomUUID().toString();
        private final RunInRedis run = new RunInRedis(redis, id);

        private Talk() {
            orchestrator.run(id, 1);
            run.open(V0, 1);
        }

        Talk say(int bytes) {
            for (int i = 0; i < bytes / 1_000; i++) {
                run.say(0, "x".repeat(800));
            }
            return this;
        }

        SseViewer watch() {
            SseViewer viewer = add(SseViewer.once(gateway.port(), "/api/v1/runs/" + id + "/stream/redis", null));
            until(() -> viewer.ofType("caught_up").size() == 1);
            return viewer;
        }

        void look() {
            double watched = gateway.gauge("gateway.viewers");
            watch().close();
            until(() -> gateway.gauge("gateway.viewers") == watched);
        }

        boolean isInMemory() {
            return redis(Command.PUBSUB, "NUMSUB", "run:" + id + ":output:0")
                            .get(1)
                            .toInteger()
                    == 1;
        }
    }

    private double kept() {
        return gateway.gauge("gateway.window");
    }

    @Test
    void runs_that_nobody_watches_are_let_go_the_one_that_was_left_first_before_the_others() {
        Talk first = new Talk().say(100_000);
        Talk second = new Talk().say(100_000);
        first.look();
        second.look();
        first.look();
        Talk third = new Talk();
        SseViewer viewer = third.watch();
        third.say(150_000);
        until(() -> viewer.events().size() == 150);
        until(() -> !second.isInMemory() && kept() <= TOTAL);
        assertThat(first.isInMemory()).isTrue();
        assertThat(gateway.count("gateway.hubs.evicted")).isEqualTo(1);

        SseViewer again = second.watch();
        assertThat(again.events()).hasSize(100);
        assertThat(again.violations()).isEmpty();
    }

    @Test
    void windows_of_watched_runs_shrink_and_who_is_behind_them_misses_nothing() {
        List<Talk> talks = Stream.generate(Talk::new).limit(4).toList();
        List<SseViewer> viewers = talks.stream().map(Talk::watch).toList();
        talks.forEach(talk -> talk.say(200_000));
        until(() -> viewers.stream().allMatch(viewer -> viewer.events().size() == 200));
        until(() -> kept() <= TOTAL);

        double behind = gateway.count("gateway.viewers.behind");
        for (Talk talk : talks) {
            SseViewer late = talk.watch();
            assertThat(late.events()).hasSize(200);
            assertThat(late.violations()).isEmpty();
        }
        assertThat(gateway.count("gateway.viewers.behind")).isEqualTo(behind + talks.size());
    }
}
