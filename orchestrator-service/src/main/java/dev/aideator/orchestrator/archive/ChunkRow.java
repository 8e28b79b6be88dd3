package dev.aideator.orchestrator.archive;

import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;

@Entity
@Table(name = "archive_chunks")
@IdClass(ChunkRow.Key.class)
class ChunkRow {

    record Key(UUID runId, int variation, long epoch, long firstSeq) {}

    @Id
    UUID runId;

    @Id
    int variation;

    @Id
    long epoch;

    @Id
    long firstSeq;

    long lastSeq;
    int events;
    byte[] data;
}
