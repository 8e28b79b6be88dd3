package dev.aideator.orchestrator.run.api;

import dev.aideator.orchestrator.run.RunView;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

import java.util.UUID;

/** The answer to POST /runs. */
@Schema(name = "RunAccepted", description = "A run that was taken, and where to watch it.")
record RunAccepted(
        UUID runId,
        String state,
        @Schema(description = "How many there are.") int variations,

        @Schema(description = "Server-sent events out of Redis.")
        String streamUrl,

        @Schema(description = "The same events out of the agents' own logs.")
        String logsStreamUrl) {

    static RunAccepted of(RunView run) {
        return new RunAccepted(
                run.id().value(),
                run.state().wireName(),
                run.variations().size(),
                Streams.ofRedis(run.id()),
                Streams.ofLogs(run.id()));
    }
}
