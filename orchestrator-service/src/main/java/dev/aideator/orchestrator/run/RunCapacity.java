package dev.aideator.orchestrator.run;

/** How much room there is where agents run. */
public interface RunCapacity {

    /** As far as it is known: asks nobody, and never waits. */
    Capacity now();
}
