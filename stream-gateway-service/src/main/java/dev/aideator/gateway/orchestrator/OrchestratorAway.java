package dev.aideator.gateway.orchestrator;

/** Nobody who can be believed answered: this says nothing about the run. */
public final class OrchestratorAway extends RuntimeException {

    OrchestratorAway(String why) {
        super(why, null, false, false);
    }
}
