package dev.aideator.gateway.source;

import dev.aideator.events.EntryId;
import dev.aideator.events.Position;
import dev.aideator.events.Producer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a run consists of. {@code lastRunComplete} is null while there is none, or a retry goes on.
 */
public record RunFacts(
        String runId, boolean ended, SortedMap<Producer, ProducerFacts> producers, EntryId lastRunComplete) {

    /** The archive has everything up to {@code archived}; attempts in order. */
    public record ProducerFacts(EntryId archived, List<Attempt> attempts) {

        private static final ProducerFacts NOTHING = new ProducerFacts(EntryId.START, List.of());

        Attempt attempt(long epoch) {
            return attempts.stream()
                    .filter(attempt -> attempt.epoch() == epoch)
                    .findFirst()
                    .orElse(null);
        }

        public boolean hasAttempt(long epoch) {
            return attempt(epoch) != null;
        }

        /** The seq of an attempt's last event, if the attempt is over. */
        public Optional<Long> lastSeq(long epoch) {
            return Optional.ofNullable(attempt(epoch)).map(Attempt::lastSeq);
        }

        /** The last event of the last attempt that has any and is over. */
        private EntryId lastEvent() {
            return attempts.stream()
                    .filter(attempt -> attempt.lastSeq() != null && attempt.lastSeq() > 0)
                    .map(attempt -> new EntryId(attempt.epoch(), attempt.lastSeq()))
                    .max(EntryId::compareTo)
                    .orElse(EntryId.START);
        }
    }

    /** {@code lastSeq} is the seq of its last event once it is sealed, null before. */
    public record Attempt(long epoch, Long lastSeq) {}

    /** A run that nobody keeps: it has variations because one may publish on their channels. */
    public static RunFacts adHoc(String runId, int variations) {
        SortedMap<Producer, ProducerFacts> producers = new TreeMap<>();
        IntStream.range(0, variations)
                .forEach(index -> producers.put(Producer.variation(index), ProducerFacts.NOTHING));
        producers.put(Producer.RUN, ProducerFacts.NOTHING);
        return new RunFacts(runId, false, producers, null);
    }

    public ProducerFacts of(Producer producer) {
        return producers.getOrDefault(producer, ProducerFacts.NOTHING);
    }

    /** The run's variations and the run. */
    public SortedSet<Producer> all() {
        SortedSet<Producer> all = new TreeSet<>(producers.keySet());
        all.add(Producer.RUN);
        return all;
    }

    /** Whether the run went on after that run_complete: later run events followed, or it has not ended though it was told. */
    public boolean supersedes(EntryId runComplete) {
        EntryId told = of(Producer.RUN).archived();
        return told.isAfter(runComplete) || (!ended && told.equals(runComplete));
    }

    /** Whether a viewer at this position has the whole run, its final run_complete included: nothing will follow. */
    public boolean nothingLacksAt(Position position) {
        if (!ended || lastRunComplete == null || supersedes(lastRunComplete)) {
            return false;
        }
        return position.has(Producer.RUN, lastRunComplete)
                && producers.entrySet().stream()
                        .filter((Map.Entry<Producer, ProducerFacts> producer) ->
                                !producer.getKey().isRun())
                        .allMatch(producer -> position.has(
                                producer.getKey(), producer.getValue().lastEvent()));
    }
}
