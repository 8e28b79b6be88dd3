package dev.aideator.faults;

import dev.aideator.events.EntryId;
import dev.aideator.events.Event;
import dev.aideator.events.Payload;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;
import dev.aideator.faults.RunRecord.AttemptRecord;
import dev.aideator.faults.RunRecord.VariationRecord;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a viewer put together of one run, held against what its agents said: the oracle. Used by one thread at a time. */
final class Received {

    private final RunRecord run;
    private final Map<Producer, EntryId> at = new TreeMap<>();
    private final Map<Producer, Map<Long, Part>> parts = new TreeMap<>();

    Received(RunRecord run) {
        this.run = run;
    }

    /** Of one attempt. */
    private static final class Part {
        private final Digest text = new Digest();
        private final List<Payload.Gap> gaps = new ArrayList<>();
        private long lastSeq;

        private boolean lacks(long seq) {
            return gaps.stream().anyMatch(gap -> gap.from() <= seq && seq <= gap.to());
        }
    }

    RunRecord run() {
        return run;
    }

    Position position() {
        return new Position(new TreeMap<>(at));
    }

    long gaps() {
        return parts.values().stream()
                .flatMap(epochs -> epochs.values().stream())
                .mapToLong(part -> part.gaps.size())
                .sum();
    }

    boolean has(Producer producer, EntryId id) {
        return at.containsKey(producer) && !id.isAfter(at.get(producer));
    }

    /** Adds an event that came; returns what is wrong with it, null for nothing. */
    String take(Event event, String line) {
        Producer producer = event.producer();
        EntryId id = event.id();
        EntryId before = at.getOrDefault(producer, EntryId.START);
        at.put(producer, id);
        Part part =
                parts.computeIfAbsent(producer, it -> new TreeMap<>()).computeIfAbsent(id.epoch(), it -> new Part());
        if (!id.isAfter(before)) {
            return "%s once more at %s: %s".formatted(name(producer), before, line);
        }
        long expected = before.epoch() == id.epoch() ? before.seq() + 1 : 1;
        part.lastSeq = id.seq();
        if (event.firstSeq() != expected) {
            return "%s lacks %d-%d, the next after %s is %s"
                    .formatted(name(producer), id.epoch(), expected, before, line);
        }
        switch (event.payload()) {
            case Payload.Gap gap -> part.gaps.add(gap);
            case Payload.AgentOutput output -> part.text.add(output.content());
            default -> {}
        }
        String said = run.line(producer, id);
        return event.payload() instanceof Payload.Gap || line.equals(said)
                ? null
                : "%s differs at %s: %s instead of %s".formatted(name(producer), id, line, said);
    }

    private String name(Producer producer) {
        return "run " + run.id() + ", producer " + producer;
    }

    /** What is wrong once the run is over and the viewer was told so. */
    List<String> verdict() {
        List<String> wrong = new ArrayList<>();
        for (VariationRecord variation : run.variations()) {
            for (AttemptRecord attempt : run.attempts(variation)) {
                Part part =
                        parts.getOrDefault(variation.producer(), Map.of()).getOrDefault(attempt.epoch(), new Part());
                String where = name(variation.producer()) + ", attempt " + attempt.epoch();
                if (part.lastSeq != attempt.lastSeq()) {
                    wrong.add("%s ended with %d instead of %d".formatted(where, part.lastSeq, attempt.lastSeq()));
                } else if (!part.text.sha256().equals(expected(attempt, part))) {
                    wrong.add("%s has another SHA-256 than what the agent said".formatted(where));
                }
            }
        }
        long told = at.getOrDefault(Producer.RUN, EntryId.START).seq();
        if (!run.runEventsAfter(told).isEmpty()) {
            wrong.add("%s ended with %d".formatted(name(Producer.RUN), told));
        }
        return wrong;
    }

    /** All that the agent said, unless it was cut short or viewers were told of a gap. */
    private static String expected(AttemptRecord attempt, Part part) {
        Agent agent = attempt.agent();
        boolean whole =
                agent.finalSeq().filter(last -> last == attempt.lastSeq()).isPresent();
        if (whole && part.gaps.isEmpty()) {
            return agent.sha256();
        }
        Digest expected = new Digest();
        for (long seq = 1; seq <= attempt.lastSeq(); seq++) {
            if (!part.lacks(seq)) {
                expected.add(agent.said().outputOf(seq));
            }
        }
        return expected.sha256();
    }
}
