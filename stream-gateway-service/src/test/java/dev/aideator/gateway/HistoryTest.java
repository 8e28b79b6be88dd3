package dev.aideator.gateway;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.EventJson;
import dev.aideator.events.Outcome;
import dev.aideator.events.Payload;

import io.vertx.redis.client.Command;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Epochs, seals, retries, and what Redis no longer has. */
class HistoryTest extends GatewayFixture {

    @Override
    Map<String, String> settings() {
        return Map.of("aideator.gateway.hub.check", "200ms");
    }

    private String stream(int variation) {
        return "run:{" + runId + "}:events:" + variation;
    }

    @Test
    void a_new_attempt_follows_the_seal_of_the_old_one() {
        openAll();
        SseViewer viewer = watch();
        run.say(0, "first attempt");
        run.seal(V0);
        run.open(V0, 2);
        run.say(0, "second attempt");
        until(() -> viewer.events().size() == 2);

        assertThat(viewer.lastId()).isEqualTo("0:2-1");
        SseViewer replay = watch();
        until(() -> replay.events().size() == 2);
        assertThat(replay.violations()).isEmpty();
    }

    @Test
    void a_new_attempt_waits_for_the_end_of_the_old_one() {
        openAll();
        run.say(0, "first attempt");
        run.open(V0, 2);
        run.say(0, "second attempt");
        known.attempt(V0, 2, -1);

        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        assertThat(viewer.output(0)).isEqualTo("first attempt");

        known.attempt(V0, 1, 1);
        until(() -> viewer.events().size() == 2);
        assertThat(viewer.output(0)).isEqualTo("first attemptsecond attempt");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void what_nobody_was_told_of_is_found_also_behind_what_came_by_itself() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        run.say(0, "told");
        until(() -> viewer.events().size() == 1);
        Event dropped = run.make(V0, new Payload.AgentOutput("not told"));
        redis(Command.XADD, stream(0), dropped.id().toString(), "event", EventJson.encode(dropped));

        until(() -> viewer.events().size() == 2);
        assertThat(viewer.events().getLast().data()).isEqualTo(EventJson.encode(dropped));
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void what_was_trimmed_comes_from_the_archive() {
        openAll();
        for (int i = 0; i < 700; i++) {
            Event event = run.say(0, "line " + i);
            if (i < 600) {
                known.archive(V0, EventJson.encode(event));
            }
        }
        redis(Command.XTRIM, stream(0), "MINID", "1-500");

        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);

        assertThat(viewer.events()).extracting(SseViewer.Received::data).isEqualTo(run.lines());
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void what_neither_redis_nor_the_archive_has_is_a_gap() {
        openAll();
        for (int i = 0; i < 10; i++) {
            run.say(0, "line " + i);
        }
        redis(Command.XDEL, stream(0), "1-4", "1-5", "1-6");

        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);

        assertThat(viewer.ofType("gap")).singleElement().satisfies(gap -> {
            assertThat(gap.json().getLong("from")).isEqualTo(4);
            assertThat(gap.json().getLong("to")).isEqualTo(6);
            assertThat(gap.id()).isEqualTo("0:1-6");
        });
        assertThat(viewer.ofType("agent_output")).hasSize(7);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void a_hole_is_no_gap_while_the_orchestrator_is_away() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        run.say(0, "one");
        until(() -> viewer.events().size() == 1);
        orchestrator.away(true);
        try {
            Event lost = run.make(V0, new Payload.AgentOutput("two"));
            known.archive(V0, run.lines().getFirst());
            known.archive(V0, EventJson.encode(lost));
            redis(Command.XADD, stream(0), "1-2", "event", EventJson.encode(lost));
            redis(Command.XDEL, stream(0), "1-2");
            run.say(0, "three");
            GatewayFixture.until(() -> gateway.count("gateway.events") >= 1);
            assertThat(viewer.ofType("gap")).isEmpty();
        } finally {
            orchestrator.away(false);
        }
        until(() -> viewer.events().size() == 3);
        assertThat(viewer.output(0)).isEqualTo("onetwothree");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void an_ended_run_that_left_redis_is_replayed_from_the_archive() {
        openAll();
        for (int i = 0; i < 1500; i++) {
            run.say(i % 2, "line " + i);
        }
        endAll();
        run.events().forEach(event -> known.archive(event.producer(), EventJson.encode(event)));
        for (String producer : List.of("0", "1", "run")) {
            redis(Command.DEL, "run:{" + runId + "}:events:" + producer);
        }

        SseViewer viewer = add(SseViewer.persistent(gateway.port(), path()));
        until(viewer::isOver);

        assertThat(viewer.events())
                .extracting(SseViewer.Received::data)
                .containsExactlyInAnyOrderElementsOf(run.lines());
        assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
        assertThat(viewer.status()).isEqualTo(204);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void run_complete_waits_for_all_that_it_lists() {
        openAll();
        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        run.say(0, "one");
        Event last = run.make(V0, new Payload.AgentComplete(Outcome.COMPLETED, "done", null));
        run.append(RUN, run.completion());
        run.say(1, "later");
        until(() -> viewer.output(1).equals("later"));
        assertThat(viewer.ofType("run_complete")).isEmpty();

        run.append(last);
        until(viewer::isOver);
        assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void a_retried_run_goes_on_and_its_old_run_complete_is_a_status() {
        openAll();
        run.say(0, "first");
        endAll();
        SseViewer first = add(SseViewer.persistent(gateway.port(), path()));
        until(first::isOver);

        known.goOn();
        run.open(V0, 2);
        known.attempt(V0, 2, -1);
        SseViewer back = watchFrom(first.lastId());
        until(() -> back.ofType("caught_up").size() == 1);
        run.status(null, "running");
        run.say(0, "second");
        until(() -> back.output(0).equals("second"));

        SseViewer fresh = watch();
        until(() -> fresh.ofType("caught_up").size() == 1);
        assertThat(fresh.ofType("run_complete")).isEmpty();
        assertThat(fresh.output(0)).isEqualTo("firstsecond");
        assertThat(fresh.ofType("status")).anySatisfy(status -> {
            assertThat(status.json().getString("state")).isEqualTo("completed");
            assertThat(status.json().containsKey("position")).isFalse();
        });

        run.agentComplete(0);
        run.seal(V0);
        known.attempt(V0, 2, 2);
        Event complete = run.runComplete();
        known.end(complete.id().toString());
        until(() -> back.isOver() && fresh.isOver());
        assertThat(fresh.events().getLast().type()).isEqualTo("run_complete");
        assertThat(fresh.ofType("run_complete")).hasSize(1);
        assertThat(watchFrom(fresh.lastId())).satisfies(viewer -> until(() -> viewer.status() == 204));
        assertThat(back.violations()).isEmpty();
        assertThat(fresh.violations()).isEmpty();
    }

    @Test
    void a_run_complete_that_nothing_followed_yet_is_no_last_word_while_a_retry_goes_on() {
        openAll();
        run.say(0, "first");
        endAll();
        SseViewer first = add(SseViewer.persistent(gateway.port(), path()));
        until(first::isOver);

        // The hub that has just finished, and a gateway that hears of the run for the first time.
        known.goOn();
        SseViewer fresh = watch();
        try (TestGateway other = new TestGateway(server.url(), orchestrator.url(), settings())) {
            SseViewer elsewhere = add(SseViewer.once(other.port(), path(), null));
            SseViewer back = add(SseViewer.once(other.port(), path(), first.lastId()));
            until(() -> fresh.ofType("caught_up").size() == 1
                    && elsewhere.ofType("caught_up").size() == 1
                    && back.ofType("caught_up").size() == 1);
            run.open(V0, 2);
            known.attempt(V0, 2, -1);
            run.say(0, "second");
            run.agentComplete(0);
            run.seal(V0);
            known.attempt(V0, 2, 2);
            known.end(run.runComplete().id().toString());
            List<SseViewer> viewers = List.of(fresh, elsewhere, back);
            until(() -> viewers.stream().allMatch(SseViewer::isOver));
            assertThat(viewers).allSatisfy(viewer -> {
                assertThat(viewer.ofType("run_complete")).hasSize(1);
                assertThat(viewer.events().getLast().type()).isEqualTo("run_complete");
                assertThat(viewer.lastId()).isEqualTo(run.position().toString());
                assertThat(viewer.violations()).isEmpty();
            });
            assertThat(fresh.output(0)).isEqualTo("firstsecond");
            assertThat(elsewhere.output(0)).isEqualTo("firstsecond");
            assertThat(back.output(0)).isEqualTo("second");
        }
    }

    @Test
    void a_run_complete_is_history_once_a_retry_has_ended_though_its_events_are_still_on_their_way() {
        openAll();
        run.say(0, "first");
        endAll();
        SseViewer first = add(SseViewer.persistent(gateway.port(), path()));
        until(first::isOver);

        Event retried = run.make(RUN, new Payload.Status(0, 1L, "queued", null, null, null));
        Event complete = run.make(RUN, run.completion());
        known.end(complete.id().toString());
        SseViewer fresh = watch();
        until(() -> fresh.ofType("caught_up").size() == 1);
        assertThat(fresh.ofType("run_complete")).isEmpty();
        run.append(retried);
        run.append(complete);

        until(fresh::isOver);
        assertThat(fresh.ofType("run_complete"))
                .extracting(SseViewer.Received::id)
                .containsExactly(run.position().toString());
        assertThat(fresh.violations()).isEmpty();
    }

    @Test
    void every_old_id_is_good_after_a_retry_of_a_run_that_redis_had_forgotten() {
        openAll();
        for (int i = 0; i < 5; i++) {
            run.say(i % 2, "line " + i + " ");
        }
        endAll();
        SseViewer first = add(SseViewer.persistent(gateway.port(), path()));
        until(first::isOver);
        run.events().forEach(event -> known.archive(event.producer(), EventJson.encode(event)));
        for (String producer : List.of("0", "1", "run")) {
            redis(Command.DEL, "run:{" + runId + "}:events:" + producer);
        }

        known.goOn();
        Event retried = run.make(RUN, new Payload.Status(0, 1L, "queued", null, null, null));
        known.archive(RUN, EventJson.encode(retried));
        Await.of(run.stream(RUN).open(new EntryId(1, retried.id().seq())));
        run.open(V0, 2);
        known.attempt(V0, 2, -1);
        run.say(0, "second attempt");
        run.agentComplete(0);
        run.seal(V0);
        known.attempt(V0, 2, 2);
        known.end(run.runComplete().id().toString());

        List<String> ids = first.events().stream().map(SseViewer.Received::id).toList();
        for (int seen = 0; seen < ids.size(); seen++) {
            SseViewer back = watchFrom(ids.get(seen));
            until(back::isOver);
            List<String> before = first.events().subList(0, seen + 1).stream()
                    .map(SseViewer.Received::data)
                    .toList();
            assertThat(back.violations()).isEmpty();
            assertThat(back.ofType("run_complete")).hasSize(1);
            assertThat(back.events())
                    .hasSize(run.lines().size() - before.size())
                    .extracting(SseViewer.Received::data)
                    .doesNotContainAnyElementsOf(before);
        }
    }

    @Test
    void a_stored_gap_stands_for_what_it_names() {
        openAll();
        run.say(0, "one");
        run.make(V0, new Payload.AgentOutput("lost"));
        Event last = run.make(V0, new Payload.AgentOutput("lost"));
        Event gap = new Event(runId, V0, last.id(), last.timestamp(), new Payload.Gap(2, 3L));
        run.append(gap);
        run.say(0, "four");

        SseViewer viewer = watch();
        until(() -> viewer.ofType("caught_up").size() == 1);
        assertThat(viewer.ofType("gap")).hasSize(1);
        assertThat(viewer.output(0)).isEqualTo("onefour");
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    void an_attempt_that_redis_forgot_is_opened_again_and_goes_on() {
        openAll();
        for (int i = 0; i < 20; i++) {
            known.archive(V0, EventJson.encode(run.say(0, "line " + i + " ")));
        }
        SseViewer viewer = watch();
        until(() -> viewer.events().size() == 20);
        List<Event> unarchived = List.of(run.say(0, "tail "), run.say(0, "tail "));
        until(() -> viewer.events().size() == 22);

        redis(Command.DEL, stream(0));
        Await.of(run.stream(V0).open(new EntryId(1, 20)));
        unarchived.forEach(run::append);
        run.say(0, "after");
        until(() -> viewer.output(0).endsWith("after"));

        assertThat(viewer.violations()).isEmpty();
        SseViewer fresh = watchFrom("0:1-3");
        until(() -> fresh.ofType("caught_up").size() == 1);
        assertThat(fresh.events())
                .extracting(SseViewer.Received::data)
                .isEqualTo(run.lines().subList(3, 23));
    }

    @Test
    void nobody_is_told_that_there_is_no_more_while_the_orchestrator_is_away() {
        openAll();
        run.say(0, "all");
        endAll();
        SseViewer viewer = watch();
        until(viewer::isOver);
        orchestrator.away(true);
        try {
            SseViewer back = watchFrom(viewer.lastId());
            until(() -> back.status() != 0);
            assertThat(back.status()).isEqualTo(503);
        } finally {
            orchestrator.away(false);
        }
    }
}
