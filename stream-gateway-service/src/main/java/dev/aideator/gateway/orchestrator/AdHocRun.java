package dev.aideator.gateway.orchestrator;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.events.StreamEntry;
import dev.aideator.gateway.source.RunArchive;
import dev.aideator.gateway.source.RunFacts;

import io.vertx.core.Future;

import java.util.List;

/** A run that the orchestrator does not know and nobody archives: it lives in Redis only. */
public record AdHocRun(String runId, int variations) implements RunArchive {

    @Override
    public Future<RunFacts> facts() {
        return Future.succeededFuture(RunFacts.adHoc(runId, variations));
    }

    @Override
    public Future<List<StreamEntry>> read(Producer producer, EntryId after, int limit) {
        return Future.succeededFuture(List.of());
    }
}
