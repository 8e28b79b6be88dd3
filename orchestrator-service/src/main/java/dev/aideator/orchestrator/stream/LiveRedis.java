package dev.aideator.orchestrator.stream;

import dev.aideator.redis.RedisAccess;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import org.eclipse.microprofile.config.Config;

import java.util.Optional;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The Redis that live runs are in, as the variables describe it that gateway and agents read as well. */
@Dependent
class LiveRedis {

    private static final int CONNECTIONS = 16;
    private static final int MAY_WAIT_FOR_ONE = 256;

    /** Throws {@link dev.aideator.redis.BadRedisSetting}. */
    @Produces
    @Singleton
    RedisAccess access(Config variables) {
        // Raw values: what looks like an expression in a password is none.
        return RedisAccess.from(
                name -> Optional.ofNullable(variables.getConfigValue(name).getRawValue()));
    }

    @Produces
    @Singleton
    Redis client(Vertx vertx, RedisAccess access) {
        return access.client(vertx, access.options().setMaxPoolSize(CONNECTIONS).setMaxPoolWaiting(MAY_WAIT_FOR_ONE));
    }

    @Produces
    @Singleton
    RedisAPI commands(Redis client) {
        return RedisAPI.api(client);
    }

    void close(@Disposes Redis client) {
        client.close();
    }
}
