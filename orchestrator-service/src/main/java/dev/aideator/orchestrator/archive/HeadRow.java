package dev.aideator.orchestrator.archive;

import dev.aideator.events.EntryId;
import dev.aideator.events.Payload.AgentUsage.CostSource;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

@Entity
@Table(name = "archive_heads")
@IdClass(HeadRow.Key.class)
class HeadRow {

    record Key(UUID runId, int variation) {
        static Key of(VariationRef ref) {
            return new Key(ref.run().value(), ref.index());
        }
    }

    @Id
    UUID runId;

    @Id
    int variation;

    long epoch;
    long seq;
    long inputTokens;
    long outputTokens;
    Double costUsd;

    @Enumerated(EnumType.STRING)
    CostSource costSource;

    long outputBytes;
    long outputEpoch;

    protected HeadRow() {}

    HeadRow(VariationRef ref) {
        runId = ref.run().value();
        variation = ref.index();
        set(ArchiveHead.START);
    }

    VariationRef ref() {
        return new VariationRef(new RunId(runId), variation);
    }

    ArchiveHead head() {
        Usage usage = new Usage(inputTokens, outputTokens, costUsd, costSource);
        return new ArchiveHead(new EntryId(epoch, seq), usage, outputBytes, outputEpoch);
    }

    final void set(ArchiveHead head) {
        epoch = head.position().epoch();
        seq = head.position().seq();
        inputTokens = head.usage().inputTokens();
        outputTokens = head.usage().outputTokens();
        costUsd = head.usage().costUsd();
        costSource = head.usage().costSource();
        outputBytes = head.outputBytes();
        outputEpoch = head.outputEpoch();
    }
}
