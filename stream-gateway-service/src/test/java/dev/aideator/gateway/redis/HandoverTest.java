package dev.aideator.gateway.redis;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HandoverTest {

    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal mine = context();
    private final ContextInternal other = context();
    private final Handover handover = new Handover(mine);
    private final Queue<String> done = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void each_task_runs_on_its_context_when_the_turn_is_over() {
        CompletableFuture<Boolean> ranAtOnce = new CompletableFuture<>();
        mine.runOnContext(v -> {
            handover.give(other, () -> note(other, "other"));
            handover.give(mine, () -> note(mine, "mine"));
            ranAtOnce.complete(done.contains("mine"));
        });

        await().untilAsserted(() -> assertThat(done).containsExactlyInAnyOrder("other", "mine"));
        assertThat(ranAtOnce.join()).isFalse();
    }

    @Test
    void tasks_of_a_context_keep_their_order_and_wait_for_the_turn_to_end() {
        CompletableFuture<List<String>> doneMeanwhile = new CompletableFuture<>();
        mine.runOnContext(v -> {
            handover.give(other, () -> note(other, "first"));
            handover.give(other, () -> note(other, "second"));
            // Behind whatever it was given so far.
            other.nettyEventLoop().submit(() -> {}).syncUninterruptibly();
            doneMeanwhile.complete(List.copyOf(done));
            handover.give(other, () -> note(other, "third"));
        });

        await().untilAsserted(() -> assertThat(done).containsExactly("first", "second", "third"));
        assertThat(other.nettyEventLoop()).isNotSameAs(mine.nettyEventLoop());
        assertThat(doneMeanwhile.join()).isEmpty();
    }

    @Test
    void what_one_task_throws_keeps_no_other_from_running() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        other.exceptionHandler(thrown::complete);
        mine.runOnContext(v -> {
            handover.give(other, () -> {
                throw new IllegalStateException("one");
            });
            handover.give(other, () -> note(other, "another"));
        });

        await().untilAsserted(() -> assertThat(done).containsExactly("another"));
        assertThat(thrown.join()).hasMessage("one");
    }

    @Test
    void goes_on_after_a_turn() {
        mine.runOnContext(v -> handover.give(other, () -> note(other, "one turn")));
        await().untilAsserted(() -> assertThat(done).containsExactly("one turn"));

        mine.runOnContext(v -> handover.give(other, () -> note(other, "the next")));

        await().untilAsserted(() -> assertThat(done).containsExactly("one turn", "the next"));
    }

    private ContextInternal context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    private void note(ContextInternal expected, String what) {
        done.add(Vertx.currentContext() == expected ? what : what + " on another context");
    }
}
