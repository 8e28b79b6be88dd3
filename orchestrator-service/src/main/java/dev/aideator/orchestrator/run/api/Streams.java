package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.run.RunId;

/** Where a run's events can be watched: paths of the gateway, at the same origin as this API. */
final class Streams {

    private Streams() {}

    static String ofRedis(RunId run) {
        return ofLogs(run) + "/redis";
    }

    static String ofLogs(RunId run) {
        return "/api/v1/runs/" + run + "/stream";
    }
}
