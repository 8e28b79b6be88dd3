package dev.aideator.orchestrator.pick;

import dev.aideator.orchestrator.run.VariationRef;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One choice, with the attempt that was chosen: a later retry of the variation does not change what was picked. */
@Entity
@Table(name = "picks")
class Pick {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    UUID runId;
    int variation;
    long epoch;
    String reason;
    Instant pickedAt;

    protected Pick() {}

    Pick(VariationRef ref, long epoch, String reason, Instant pickedAt) {
        this.runId = ref.run().value();
        this.variation = ref.index();
        this.epoch = epoch;
        this.reason = reason;
        this.pickedAt = pickedAt;
    }

    boolean saysTheSameAs(Pick other) {
        return variation == other.variation && epoch == other.epoch && Objects.equals(reason, other.reason);
    }

    PickView view() {
        return new PickView(variation, epoch, reason, pickedAt);
    }
}
