package dev.aideator.orchestrator.health;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready means that runs can be taken: the database is there. Redis is not asked; while it is away runs are taken and
 * kept, and taking every replica out of service would help nobody.
 */
@Readiness
class DatabaseReadiness implements HealthCheck {

    private final Checks checks;

    DatabaseReadiness(Checks checks) {
        this.checks = checks;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            return HealthCheckResponse.named("database")
                    .status(checks.reachesDatabase())
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return HealthCheckResponse.down("database");
        }
    }
}
