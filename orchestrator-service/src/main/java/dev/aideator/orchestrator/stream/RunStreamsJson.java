package dev.aideator.orchestrator.stream;

import dev.aideator.events.EntryId;
import dev.aideator.orchestrator.archive.ArchiveHead;
import dev.aideator.orchestrator.run.RunShape;
import dev.aideator.orchestrator.run.VariationRef;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a run's streams consist of, and how far the archive is with each.
 *
 * @param lastRunComplete the entry id of the newest run_complete, null if there is none
 */
@JsonNaming(SnakeCaseStrategy.class)
public record RunStreamsJson(
        String runId, String state, boolean ended, List<ProducerJson> producers, String lastRunComplete) {

    private static final long RUN_EPOCH = 1;

    /** {@code archived}: the id of the last event that the archive has, {@code 0-0} for none. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record ProducerJson(String producer, String archived, List<AttemptJson> attempts) {}

    /** {@code lastSeq}: the seq of the attempt's last event, null until it has ended. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record AttemptJson(long epoch, Long lastSeq) {}

    static RunStreamsJson of(RunShape run, Map<VariationRef, ArchiveHead> heads) {
        List<ProducerJson> producers = new ArrayList<>();
        for (RunShape.VariationShape variation : run.variations()) {
            producers.add(new ProducerJson(
                    variation.variation().producer().name(),
                    heads.get(variation.variation()).position().toString(),
                    variation.attempts().stream()
                            .map(attempt -> new AttemptJson(attempt.epoch(), attempt.lastSeq()))
                            .toList()));
        }
        EntryId lastEvent = new EntryId(RUN_EPOCH, run.lastEventSeq());
        producers.add(new ProducerJson("run", lastEvent.toString(), List.of(new AttemptJson(RUN_EPOCH, null))));
        return new RunStreamsJson(
                run.run().toString(),
                run.state().wireName(),
                run.state().isFinal(),
                producers,
                run.lastCompleteSeq() == null ? null : new EntryId(RUN_EPOCH, run.lastCompleteSeq()).toString());
    }
}
