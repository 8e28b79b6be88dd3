package dev.aideator.gateway.hub;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.Feed;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.Source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** A run of one agent whose stream grows while one viewer is read forward. */
class CatchUpTest {

    private static final String RUN = "run";
    private static final Producer AGENT = Producer.variation(0);
    private static final int ROOM = 10_000;
    private static final String TEXT = "x".repeat(1_000);

    private final Vertx vertx = Vertx.vertx();
    private final List<StreamEntry> stream = new ArrayList<>(List.of(new StreamEntry.Opening(new EntryId(1, 0))));
    private final CatchUp catchUp = new CatchUp(Position.START, ROOM, Ids.IN_FRAMES, this::feed, () -> {});

    @AfterEach
    void close() {
        vertx.close();
    }

    private Feed feed(Feed.Sink sink) {
        RunFacts facts = RunFacts.adHoc(RUN, 1);
        return new Feed(vertx, new Stream(), new EmptyArchive(facts), facts, Position.START, Clock.systemUTC(), sink);
    }

    private void say(int events) {
        for (int i = 0; i < events; i++) {
            EntryId id = new EntryId(1, stream.size());
            Event event = new Event(RUN, AGENT, id, Instant.EPOCH, new Payload.AgentOutput(TEXT));
            stream.add(new StreamEntry.EventEntry(id, EventJson.encode(event)));
        }
    }

    /** The frames that the viewer is handed until nothing is left; none may be more than one write. */
    private int taken() {
        int frames = 0;
        catchUp.readOn();
        while (catchUp.hasPending()) {
            String bytes = catchUp.takePending().toString();
            assertThat(bytes.length()).isLessThan(ROOM + 2 * TEXT.length());
            frames += bytes.split("id: ", -1).length - 1;
            catchUp.readOn();
        }
        return frames;
    }

    @Test
    void what_is_handed_out_at_once_is_bounded_on_the_way_through_the_past() {
        say(500);

        assertThat(taken()).isEqualTo(500);
        assertThat(catchUp.position()).hasToString("0:1-500");
    }

    @Test
    void and_stays_bounded_once_the_reading_came_to_the_end() {
        say(10);
        assertThat(taken()).isEqualTo(10);

        say(500);
        assertThat(taken()).isEqualTo(500);
    }

    private final class Stream implements Source {

        @Override
        public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
            List<StreamEntry> there = producer.isRun() ? List.of() : stream;
            return Future.succeededFuture(there.stream()
                    .filter(entry -> entry.id().isAfter(after))
                    .limit(limit)
                    .toList());
        }

        @Override
        public Watch watch(Listener listener) {
            throw new AssertionError("Nobody watches who reads forward");
        }
    }

    private record EmptyArchive(RunFacts known) implements RunArchive {

        @Override
        public Future<RunFacts> facts() {
            return Future.succeededFuture(known);
        }

        @Override
        public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
            return Future.succeededFuture(List.of());
        }
    }
}
