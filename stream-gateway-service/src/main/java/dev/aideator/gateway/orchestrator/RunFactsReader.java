package dev.aideator.gateway.orchestrator;

import dev.aideator.events.EntryId;
import dev.aideator.events.Producer;
import dev.aideator.gateway.source.RunFacts;
import dev.aideator.gateway.source.RunFacts.Attempt;
import dev.aideator.gateway.source.RunFacts.ProducerFacts;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Takes the internal API's description of a run apart. */
final class RunFactsReader {

    private RunFactsReader() {}

    static RunFacts read(JsonObject run) {
        SortedMap<Producer, ProducerFacts> producers = new TreeMap<>();
        for (JsonObject producer : objects(run.getJsonArray("producers"))) {
            producers.put(
                    Producer.parse(producer.getString("producer")),
                    new ProducerFacts(
                            EntryId.parse(producer.getString("archived")),
                            objects(producer.getJsonArray("attempts")).stream()
                                    .map(attempt -> new Attempt(attempt.getLong("epoch"), attempt.getLong("last_seq")))
                                    .sorted(Comparator.comparingLong(Attempt::epoch))
                                    .toList()));
        }
        String lastRunComplete = run.getString("last_run_complete");
        return new RunFacts(
                run.getString("run_id"),
                run.getBoolean("ended"),
                producers,
                lastRunComplete == null ? null : EntryId.parse(lastRunComplete));
    }

    private static List<JsonObject> objects(JsonArray array) {
        return IntStream.range(0, array.size()).mapToObj(array::getJsonObject).toList();
    }
}
