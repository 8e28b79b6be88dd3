package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A position means the same everywhere, whatever order a gateway saw the producers in. */
class ResumeTest extends GatewayFixture {

    /** One event as a gateway has it: who, where, and what it sends. */
    private record Sent(Producer producer, EntryId id, String data) {
        static Sent of(SseViewer.Received received) {
            EventJson.Header header = EventJson.header(received.data());
            return new Sent(header.producer(), header.id(), received.data());
        }
    }

    @Test
    void resumes_at_every_position_in_either_order_without_loss_or_repeat() throws Exception {
        openAll();
        List<Event> made = new ArrayList<>();
        made.add(run.make(RUN, new Payload.Status(null, null, "running", null, null, null)));
        for (int i = 0; i < 3; i++) {
            made.add(run.make(V0, new Payload.AgentOutput("zero " + i)));
            made.add(run.make(V1, new Payload.AgentOutput("one " + i)));
        }
        made.add(run.make(RUN, new Payload.Status(1, 1L, "running", null, null, null)));

        // Live, this gateway sees them in another order than their timestamps, in which the next one replays them.
        SseViewer live = watch();
        until(() -> live.ofType("caught_up").size() == 1);
        for (Producer producer : List.of(V1, RUN, V0)) {
            for (Event event : made) {
                if (event.producer().equals(producer)) {
                    run.append(event);
                }
            }
        }
        until(() -> live.events().size() == made.size());

        try (TestGateway other = new TestGateway(server.url(), orchestrator.url(), Map.of())) {
            SseViewer replay = add(SseViewer.once(other.port(), path(), null));
            until(() -> replay.events().size() == made.size());
            List<Sent> liveOrder = live.events().stream().map(Sent::of).toList();
            List<Sent> replayOrder = replay.events().stream().map(Sent::of).toList();
            assertThat(liveOrder).isNotEqualTo(replayOrder).containsExactlyInAnyOrderElementsOf(replayOrder);

            for (Position from : everyPosition()) {
                check(from, gateway.port(), liveOrder);
                check(from, other.port(), replayOrder);
            }
        }
    }

    private static List<Position> everyPosition() {
        List<Position> positions = new ArrayList<>();
        // One further than there is: a part that is ahead waits.
        for (int zero = 0; zero <= 4; zero++) {
            for (int one = 0; one <= 3; one++) {
                for (int status = 0; status <= 2; status++) {
                    Position position = Position.START;
                    position = zero == 0 ? position : position.with(V0, new EntryId(1, zero));
                    position = one == 0 ? position : position.with(V1, new EntryId(1, one));
                    positions.add(status == 0 ? position : position.with(RUN, new EntryId(1, status)));
                }
            }
        }
        return positions;
    }

    private void check(Position from, int port, List<Sent> order) {
        SseViewer viewer = SseViewer.once(port, path(), from.toString());
        until(() -> viewer.ofType("caught_up").size() == 1);
        viewer.close();

        List<String> expected = new ArrayList<>();
        Position position = Position.START;
        for (Sent sent : order) {
            position = position.with(sent.producer(), sent.id());
            if (!from.has(sent.producer(), sent.id())) {
                expected.add(from.max(position) + " " + sent.data());
            }
        }
        assertThat(viewer.events())
                .as("from %s", from)
                .extracting(event -> event.id() + " " + event.data())
                .isEqualTo(expected);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void an_id_of_one_gateway_is_good_at_the_next_one() {
        openAll();
        SseViewer first = watch();
        until(() -> first.ofType("caught_up").size() == 1);
        for (int i = 0; i < 50; i++) {
            run.say(i % 2, "before " + i);
        }
        until(() -> first.events().size() == 50);

        try (TestGateway next = new TestGateway(server.url(), orchestrator.url(), Map.of())) {
            SseViewer second = add(SseViewer.once(
                    next.port(), path() + "?last_event_id=" + first.lastId().replace(":", "%3A"), null));
            until(() -> second.ofType("caught_up").size() == 1);
            assertThat(second.events()).isEmpty();
            run.say(0, "after");
            until(() -> second.events().size() == 1);
            assertThat(second.events().getFirst().json().getString("content")).isEqualTo("after");
            assertThat(second.lastId()).isEqualTo(run.position().toString());
        }
    }
}
