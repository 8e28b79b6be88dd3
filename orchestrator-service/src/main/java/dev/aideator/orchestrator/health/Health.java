package dev.aideator.orchestrator.health;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How this service is, in one look. */
@Schema(name = "Health", description = "How this service and what it needs are.")
record Health(
        @Schema(
                description = "degraded: runs are taken and kept, and can't be shown live or may lose events."
                        + " down: no runs can be taken.",
                enumeration = {"ok", "degraded", "down"})
        String status,

        String version,

        @Schema(description = "What starts the agents.", examples = "local")
        String launcher,

        Probe redis,
        Probe database) {

    static Health of(String version, String launcher, Probe redis, Probe database) {
        return new Health(status(redis, database), version, launcher, redis, database);
    }

    private static String status(Probe redis, Probe database) {
        if (!database.reachable()) {
            return "down";
        }
        // A server that answers and has something to say is not as it should be.
        boolean fine = redis.reachable() && redis.detail() == null && database.detail() == null;
        return fine ? "ok" : "degraded";
    }

    boolean isDown() {
        return !database.reachable();
    }
}
