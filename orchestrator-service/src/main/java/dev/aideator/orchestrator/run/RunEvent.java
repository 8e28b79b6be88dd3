package dev.aideator.orchestrator.run;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;

/** One of the run's own events as its line of JSON. */
@Entity
@Table(name = "run_events")
class RunEvent {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "run_id")
    Run run;

    long seq;
    String json;

    protected RunEvent() {}

    RunEvent(Run run, long seq, String json) {
        this.run = run;
        this.seq = seq;
        this.json = json;
    }
}
