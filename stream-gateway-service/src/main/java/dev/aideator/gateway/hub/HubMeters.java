package dev.aideator.gateway.hub;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is counted of hubs and viewers. Thread-safe. */
final class HubMeters {

    private final MeterRegistry meters;
    private final AtomicInteger viewers = new AtomicInteger();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private final LongAdder events;
    private final Counter adHoc;
    private final Counter readForward;
    private final LongAdder writes;
    private final LongAdder bytes;
    private final Counter repairs;
    private final Counter gaps;
    private final Counter fenced;

    HubMeters(MeterRegistry meters) {
        this.meters = meters;
        Gauge.builder("gateway.viewers", viewers, AtomicInteger::get)
                .description("Runs that are being watched, once for each who watches")
                .register(meters);
        Gauge.builder("gateway.hubs.elsewhere", elsewhere, AtomicInteger::get)
                .description("Watched runs whose events come from elsewhere than was asked for just now")
                .register(meters);
        events = adder("gateway.events", null, "Events that went into hubs");
        adHoc = Counter.builder("gateway.messages.adhoc")
                .description("Messages without a place that were passed on")
                .register(meters);
        readForward = Counter.builder("gateway.viewers.behind")
                .description("How often a viewer was behind the window and read by itself")
                .register(meters);
        writes = adder("gateway.writes", null, "Writes to viewers");
        bytes = adder("gateway.sent", "bytes", "What was written to viewers");
        repairs = Counter.builder("gateway.repairs")
                .description("Events that came by pub/sub and were not the next ones, so that the stream was read")
                .register(meters);
        gaps = Counter.builder("gateway.gaps")
                .description("Gaps that viewers were told of")
                .register(meters);
        fenced = Counter.builder("gateway.appends.fenced")
                .description("Events of older attempts of watched runs that came too late and were refused")
                .register(meters);
        for (HubKey.Backend backend : HubKey.Backend.values()) {
            // A panel shows 0 before anything happened, not that it has no data.
            changes(backend.sourceName());
        }
    }

    /** For what is counted with each delivery: a registry's own counter asks every registry each time. */
    private LongAdder adder(String name, String unit, String description) {
        LongAdder adder = new LongAdder();
        FunctionCounter.builder(name, adder, LongAdder::sum)
                .baseUnit(unit)
                .description(description)
                .register(meters);
        return adder;
    }

    int viewers() {
        return viewers.get();
    }

    /** So many more runs are read from elsewhere than was asked for. */
    void elsewhere(int more) {
        elsewhere.addAndGet(more);
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
        changes(source).increment();
    }

    private Counter changes(String to) {
        return Counter.builder("gateway.source.changes")
                .description("How often a run's events came from elsewhere from then on")
                .tag("to", to)
                .register(meters);
    }

    void wrote(int length) {
        writes.increment();
        bytes.add(length);
    }

    void repair() {
        repairs.increment();
    }

    void gap() {
        gaps.increment();
    }

    void fenced() {
        fenced.increment();
    }

    void refused(String reason) {
        meters.counter("gateway.messages.dropped", "reason", reason).increment();
    }
}
