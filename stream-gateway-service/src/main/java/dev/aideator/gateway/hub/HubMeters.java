package dev.aideator.gateway.hub;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of hubs and viewers. Thread-safe. */
final class HubMeters {

    private final MeterRegistry meters;
    private final AtomicInteger viewers = new AtomicInteger();
    private final Counter events;
    private final Counter adHoc;
    private final Counter readForward;

    HubMeters(MeterRegistry meters) {
        this.meters = meters;
        Gauge.builder("gateway.viewers", viewers, AtomicInteger::get)
                .description("Streams that are open")
                .register(meters);
        events = Counter.builder("gateway.events")
                .description("Events that went into hubs")
                .register(meters);
        adHoc = Counter.builder("gateway.messages.adhoc")
                .description("Messages without a place that were passed on")
                .register(meters);
        readForward = Counter.builder("gateway.viewers.behind")
                .description("How often a viewer was behind the window and read by itself")
                .register(meters);
    }

    int viewers() {
        return viewers.get();
    }

    void viewerCame() {
        viewers.incrementAndGet();
    }

    void viewerLeft() {
        viewers.decrementAndGet();
    }

    void event() {
        events.increment();
    }

    void adHoc() {
        adHoc.increment();
    }

    void readForward() {
        readForward.increment();
    }

    /** How often the source that was asked for could not be read, or could be again. */
    void sourceChanged(String source) {
        meters.counter("gateway.source.changes", "to", source).increment();
    }

    void refused(String reason) {
        meters.counter("gateway.messages.dropped", "reason", reason).increment();
    }
}
