package dev.aideator.gateway.orchestrator;

/** The orchestrator is there and says that there is no such run. */
public final class UnknownRun extends RuntimeException {

    UnknownRun(String runId) {
        super("There is no run " + runId, null, false, false);
    }
}
