package dev.aideator.orchestrator.run;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/**
 * Why an attempt that was started does not run yet, though it still may: a stable reason code, and a sentence that a
 * person understands.
 *
 * @param queued whether it waits to be admitted, as a suspended Job does, so that viewers see it in the queue
 */
@Embeddable
public record Waiting(
        @Column(name = "waiting_queued") boolean queued,
        @Column(name = "waiting_reason") String reason,
        @Column(name = "waiting_detail") String detail) {

    public Waiting {
        reason = Ending.told(reason);
        detail = Ending.told(detail);
    }
}
