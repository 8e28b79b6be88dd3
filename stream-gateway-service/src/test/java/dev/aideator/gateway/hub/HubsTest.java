package dev.aideator.gateway.hub;

import dev.aideator.events.EntryId;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.Source;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoop;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs in which nothing happens. */
class HubsTest {

    private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
    private final Hubs hubs = new Hubs(
            vertx,
            key -> new EmptyArchive(),
            (key, facts) -> new SilentSource(),
            new SmallRyeConfigBuilder()
                    .withMapping(HubConfig.class)
                    .addDiscoveredConverters()
                    .build()
                    .getConfigMapping(HubConfig.class),
            Clock.systemUTC(),
            new SimpleMeterRegistry());

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_run_lives_on_the_event_loop_of_its_first_viewer() {
        List<ContextInternal> viewers = IntStream.range(0, 4)
                .mapToObj(index -> vertx.createEventLoopContext())
                .toList();
        assertThat(viewers.stream().map(ContextInternal::nettyEventLoop).distinct())
                .hasSizeGreaterThan(1);

        // Not in the order in which event loops are dealt out.
        for (ContextInternal viewer : viewers.reversed()) {
            assertThat(loopThatWritesTo(viewer, "run-" + viewers.indexOf(viewer)))
                    .isSameAs(viewer.nettyEventLoop());
        }
    }

    @Test
    void and_stays_there_when_others_come() {
        ContextInternal first = vertx.createEventLoopContext();
        ContextInternal second = vertx.createEventLoopContext();
        assertThat(second.nettyEventLoop()).isNotSameAs(first.nettyEventLoop());

        loopThatWritesTo(first, "run");

        assertThat(loopThatWritesTo(second, "run")).isSameAs(first.nettyEventLoop());
    }

    /** The event loop that a viewer on this context gets the stream's first bytes from. */
    private EventLoop loopThatWritesTo(ContextInternal viewer, String runId) {
        CompletableFuture<EventLoop> written = new CompletableFuture<>();
        HubKey key = new HubKey(runId, HubKey.Backend.REDIS);
        viewer.runOnContext(
                v -> hubs.attach(key, Position.START, new WatchedConnection(written), Buffer.buffer("retry: 1\n\n"))
                        .onFailure(written::completeExceptionally));
        return written.join();
    }

    private record WatchedConnection(CompletableFuture<EventLoop> written) implements ViewerConnection {

        @Override
        public Ids ids() {
            return Ids.IN_FRAMES;
        }

        @Override
        public int sharedBy() {
            return 1;
        }

        @Override
        public void write(Buffer bytes, Supplier<Position> reached, Receipt receipt) {
            written.complete(((ContextInternal) Vertx.currentContext()).nettyEventLoop());
        }

        @Override
        public void cutIfStuck() {}

        @Override
        public Future<Void> end() {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }

    private record SilentSource() implements Source {

        @Override
        public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Watch watch(Listener listener) {
            return () -> {};
        }
    }

    private record EmptyArchive() implements RunArchive {

        @Override
        public Future<RunFacts> facts() {
            return Future.succeededFuture(RunFacts.adHoc("run", 1));
        }

        @Override
        public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
            return Future.succeededFuture(List.of());
        }
    }
}
