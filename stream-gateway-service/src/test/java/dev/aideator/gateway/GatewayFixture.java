package dev.aideator.gateway;

import dev.aideator.events.Producer;
import dev.aideator.servers.EmbeddedRedis;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/** A Redis, a fake orchestrator and a gateway; a run of its own for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GatewayFixture {

    static final Producer V0 = Producer.variation(0);
    static final Producer V1 = Producer.variation(1);
    static final Producer RUN = Producer.RUN;

    private final List<SseViewer> viewers = new ArrayList<>();
    EmbeddedRedis server;
    Vertx vertx;
    Redis redis;
    FakeOrchestrator orchestrator;
    TestGateway gateway;
    String runId;
    FakeOrchestrator.Run known;
    RunInRedis run;

    Map<String, String> settings() {
        return Map.of();
    }

    @BeforeAll
    void start() {
        server = EmbeddedRedis.temporary();
        vertx = Vertx.vertx();
        redis = Redis.createClient(vertx, server.url());
        orchestrator = new FakeOrchestrator(vertx);
        gateway = new TestGateway(server.url(), orchestrator.url(), settings());
    }

    @AfterAll
    void stop() {
        gateway.close();
        orchestrator.close();
        redis.close();
        Await.of(vertx.close());
        server.close();
    }

    @BeforeEach
    void aRunOfItsOwn() {
        runId = UUID.randomUUID().toString();
        known = orchestrator.run(runId, 2);
        run = new RunInRedis(redis, runId);
    }

    @AfterEach
    void nobodyWatchesAnyMore() {
        viewers.forEach(SseViewer::close);
        viewers.clear();
    }

    String path() {
        return "/api/v1/runs/" + runId + "/stream/redis";
    }

    String logPath() {
        return "/api/v1/runs/" + runId + "/stream";
    }

    SseViewer watch() {
        return watchFrom(null);
    }

    SseViewer watchFrom(String lastId) {
        return add(SseViewer.once(gateway.port(), path(), lastId));
    }

    SseViewer add(SseViewer viewer) {
        viewers.add(viewer);
        return viewer;
    }

    Response redis(Command command, Object... arguments) {
        Request request = Request.cmd(command);
        for (Object argument : arguments) {
            request.arg(argument.toString());
        }
        return Await.of(redis.send(request));
    }

    /** Opens both variations and the run. */
    void openAll() {
        run.open(RUN, 1);
        run.open(V0, 1);
        run.open(V1, 1);
        known.attempt(V0, 1, -1);
        known.attempt(V1, 1, -1);
    }

    /** Ends both variations and the run as the orchestrator does. */
    void endAll() {
        finish(V0);
        finish(V1);
        run.status(null, "completed");
        var complete = run.append(RUN, run.completion());
        known.end(complete.id().toString());
    }

    private void finish(Producer variation) {
        var last = run.agentComplete(variation.index());
        run.seal(variation);
        known.attempt(variation, 1, last.id().seq());
        run.status(variation.index(), "ended");
    }

    static void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }
}
