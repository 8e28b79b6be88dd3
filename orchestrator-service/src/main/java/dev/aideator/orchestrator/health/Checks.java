package dev.aideator.orchestrator.health;

import dev.aideator.orchestrator.job.Supervisor;

import io.quarkus.runtime.StartupEvent;
import io.vertx.redis.client.RedisAPI;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Looks at the database and at Redis, at once, and says what that means for the whole. */
@ApplicationScoped
class Checks {

    private static final Logger LOG = Logger.getLogger(Checks.class);
    private static final Pattern POLICY = Pattern.compile("maxmemory_policy:(\\S+)");
    private static final String KEEPS_ALL = "noeviction";

    private final DataSource database;
    private final RedisAPI redis;
    private final HealthConfig config;
    private final Supervisor supervisor;
    private final String version;
    private final AtomicReference<String> lastPolicy = new AtomicReference<>(KEEPS_ALL);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    Checks(
            DataSource database,
            RedisAPI redis,
            HealthConfig config,
            Supervisor supervisor,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.database = database;
        this.redis = redis;
        this.config = config;
        this.supervisor = supervisor;
        this.version = version;
    }

    /** An operator should not need to ask to learn that events may be lost. */
    void lookOnce(@Observes StartupEvent started) {
        Probe.start("Redis", config.patience(), executor, this::lookAtRedis);
    }

    @PreDestroy
    void close() {
        executor.shutdownNow();
    }

    Health take() throws InterruptedException {
        Duration patience = config.patience();
        Probe.Started redisProbe = Probe.start("Redis", patience, executor, this::lookAtRedis);
        Probe.Started databaseProbe = Probe.start("The database", patience, executor, this::lookAtDatabase);
        return Health.of(version, supervisor.launcherName(), redisProbe.await(), databaseProbe.await());
    }

    boolean reachesDatabase() throws InterruptedException {
        return Probe.start("The database", config.patience(), executor, this::lookAtDatabase)
                .await()
                .reachable();
    }

    private String lookAtDatabase() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select 1");
            return null;
        }
    }

    private String lookAtRedis() throws Exception {
        long patience = config.patience().toMillis();
        redis.ping(List.of()).toCompletionStage().toCompletableFuture().get(patience, TimeUnit.MILLISECONDS);
        String memory = redis.info(List.of("memory"))
                .toCompletionStage()
                .toCompletableFuture()
                .get(patience, TimeUnit.MILLISECONDS)
                .toString();
        Matcher found = POLICY.matcher(memory);
        String policy = found.find() ? found.group(1) : KEEPS_ALL;
        boolean changed = !policy.equals(lastPolicy.getAndSet(policy));
        if (!policy.equals(KEEPS_ALL)) {
            if (changed) {
                LOG.errorf("Redis may throw away events of live runs, set noeviction maxmemory-policy=%s", policy);
            }
            return "Redis runs with maxmemory-policy " + policy
                    + " and may throw away events of live runs. Set maxmemory-policy noeviction.";
        }
        return null;
    }
}
