package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.run.Capacity;
import dev.aideator.orchestrator.run.RunCapacity;

import io.quarkus.arc.DefaultBean;

import jakarta.inject.Singleton;

/** This machine's room: so many agents at once, one after the other, which every run fits into. */
@Singleton
@DefaultBean
final class LocalCapacity implements RunCapacity {

    private final Capacity slots;

    LocalCapacity(JobConfig config) {
        slots = new Capacity.Slots(config.maxParallel());
    }

    @Override
    public Capacity now() {
        return slots;
    }
}
