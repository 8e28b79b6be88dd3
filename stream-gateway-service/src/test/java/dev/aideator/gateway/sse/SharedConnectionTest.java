package dev.aideator.gateway.sse;

import dev.aideator.events.Position;
import dev.aideator.gateway.hub.ViewerConnection;
import dev.aideator.gateway.hub.ViewerConnection.Receipt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;

import static org.assertj.core.api.Assertions.assertThat;

/** Who leaves a stream of several runs when, and who is held for stuck. */
class SharedConnectionTest {

    private static final Receipt NOBODY = new Receipt() {
        @Override
        public void left() {}

        @Override
        public void gone() {}
    };

    private final Counter cut = new SimpleMeterRegistry().counter("cut");

    /** Loses patience at the second look at the same bytes. */
    private final Progress progress = new Progress(new Progress.Bound(Duration.ofNanos(-1), cut));

    private final SlowWire wire = new SlowWire();
    private final SharedConnection connection = new SharedConnection(
            wire, progress, new RunPositions(Map.of("a", Position.START, "b", Position.START)), Buffer.buffer());
    private final ViewerConnection a = connection.strand("a");
    private final ViewerConnection b = connection.strand("b");

    /** A client that takes what is written when the test says so. */
    private static final class SlowWire implements Wire {
        private final Promise<Void> ended = Promise.promise();
        private Receipt receipt;
        private long waiting;
        private int ends;

        void take() {
            waiting = 0;
            receipt.left();
        }

        @Override
        public Executor loop() {
            return Runnable::run;
        }

        @Override
        public void write(Buffer bytes, Receipt told) {
            waiting = 100;
            receipt = told;
        }

        @Override
        public Future<Void> end() {
            ends++;
            waiting = 5;
            return ended.future();
        }

        @Override
        public long waiting() {
            return waiting;
        }

        @Override
        public void cut() {
            ended.tryFail("cut");
        }

        @Override
        public void whenOver(Runnable then) {}
    }

    @Test
    void the_last_run_is_over_when_the_stream_is() {
        connection.begin(2);
        wire.take();
        assertThat(a.end().isComplete()).isTrue();
        Future<Void> last = b.end();
        assertThat(wire.ends).isEqualTo(1);
        assertThat(last.isComplete()).isFalse();
        wire.ended.complete();
        assertThat(last.succeeded()).isTrue();
    }

    @Test
    void one_who_does_not_take_the_end_is_cut_off() {
        connection.begin(2);
        wire.take();
        a.end();
        Future<Void> last = b.end();
        b.cutIfStuck();
        b.cutIfStuck();
        assertThat(cut.count()).isEqualTo(1);
        assertThat(last.isComplete()).isTrue();
    }

    @Test
    void all_who_are_sent_away_are_gone_when_the_stream_is() {
        connection.begin(2);
        Future<Void> first = a.close();
        Future<Void> second = b.close();
        assertThat(wire.ends).isZero();
        wire.take();
        assertThat(wire.ends).isEqualTo(1);
        assertThat(first.isComplete() || second.isComplete()).isFalse();
        wire.ended.complete();
        assertThat(first.succeeded() && second.succeeded()).isTrue();
        assertThat(a.close().succeeded()).isTrue();
    }

    @Test
    void a_run_that_is_over_before_the_stream_begins_waits_for_that() {
        Future<Void> early = a.end();
        assertThat(early.isComplete()).isFalse();
        connection.begin(2);
        assertThat(early.succeeded()).isTrue();
        assertThat(wire.ends).isZero();
    }

    @Test
    void as_much_that_waits_again_is_not_taken_for_the_same() {
        connection.begin(2);
        a.cutIfStuck();
        wire.take();
        a.write(Buffer.buffer("x"), () -> Position.START, NOBODY);
        a.cutIfStuck();
        assertThat(cut.count()).isZero();
        a.cutIfStuck();
        assertThat(cut.count()).isEqualTo(1);
    }
}
