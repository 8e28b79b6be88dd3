package dev.aideator.orchestrator.run;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Supplier;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Time and chance, which come from outside so that tests can bring their own. */
class Outside {

    @Produces
    @Singleton
    Clock clock() {
        // Milliseconds are what events carry; a database would round nanoseconds anyway.
        return Clock.tickMillis(ZoneOffset.UTC);
    }

    @Produces
    @Singleton
    Supplier<RunId> runIds() {
        return () -> new RunId(UUID.randomUUID());
    }
}
