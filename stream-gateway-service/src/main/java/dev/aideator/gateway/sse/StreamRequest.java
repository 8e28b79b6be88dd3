package dev.aideator.gateway.sse;

import dev.aideator.edge.Problem;
import dev.aideator.events.Position;
import dev.aideator.events.RunKeys;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.hub.HubKey;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a viewer asks for, or what is wrong with the question. */
sealed interface StreamRequest {

    /** A run, and how far the viewer is with it. */
    record Watch(HubKey key, Position from) implements Asked {
        @Override
        public Map<HubKey, Position> runs() {
            return Map.of(key, from);
        }
    }

    /** Several runs on one connection, in the order in which they were asked for. */
    record WatchTogether(Map<HubKey, Position> runs) implements Asked {

        RunPositions from() {
            Map<String, Position> from = new LinkedHashMap<>();
            runs.forEach((key, position) -> from.put(key.runId(), position));
            return new RunPositions(from);
        }
    }

    /** A question that can be answered, if the runs are there. */
    sealed interface Asked extends StreamRequest {

        /** How far the viewer is with each. */
        Map<HubKey, Position> runs();

        default List<String> runIds() {
            return runs().keySet().stream().map(HubKey::runId).toList();
        }
    }

    record Refused(Problem problem) implements StreamRequest {}

    /** For one run, named in the path. */
    static StreamRequest one(RoutingContext context, HubKey.Backend backend, EdgeConfig edge) {
        if (!acceptsEvents(context)) {
            return new Refused(notAcceptable());
        }
        HubKey key = new HubKey(RunPositions.runId(context.pathParam("run")), backend);
        if (!mayBeThere(key, edge)) {
            return new Refused(unknown(key.runId()));
        }
        try {
            return new Watch(key, Position.parse(lastEventId(context)));
        } catch (IllegalArgumentException e) {
            return new Refused(malformed(e));
        }
    }

    /** For the runs that the query names, each once however often it is named. */
    static StreamRequest together(RoutingContext context, EdgeConfig edge) {
        if (!acceptsEvents(context)) {
            return new Refused(notAcceptable());
        }
        Set<HubKey> keys = new LinkedHashSet<>();
        context.queryParam("run").forEach(run -> keys.add(new HubKey(RunPositions.runId(run), HubKey.Backend.REDIS)));
        if (keys.isEmpty() || keys.size() > RunPositions.MAX_RUNS) {
            return new Refused(new Problem(
                    400,
                    "runs-out-of-range",
                    "A stream has 1 to " + RunPositions.MAX_RUNS + " runs",
                    "You named " + keys.size() + "; name them as ?run=<id>&run=<id>."));
        }
        Optional<HubKey> nobodys =
                keys.stream().filter(key -> !mayBeThere(key, edge)).findFirst();
        if (nobodys.isPresent()) {
            return new Refused(unknown(nobodys.get().runId()));
        }
        try {
            RunPositions from = RunPositions.parse(lastEventId(context));
            Map<HubKey, Position> runs = new LinkedHashMap<>();
            keys.forEach(key -> runs.put(key, from.of(key.runId())));
            return new WatchTogether(runs);
        } catch (IllegalArgumentException e) {
            return new Refused(malformed(e));
        }
    }

    private static boolean mayBeThere(HubKey key, EdgeConfig edge) {
        return key.isKept()
                || (edge.allowAdhocRuns() && RunKeys.isRunId(key.runId()) && key.backend() != HubKey.Backend.LOGS);
    }

    private static Problem notAcceptable() {
        return new Problem(
                406,
                "not-acceptable",
                "This is a stream of events",
                "It comes as text/event-stream, which your Accept header leaves out.");
    }

    private static Problem malformed(IllegalArgumentException why) {
        return new Problem(400, "last-event-id-malformed", "That is no position of a stream", why.getMessage());
    }

    static Problem unknown(String runId) {
        return new Problem(404, "run-not-found", "There is no such run", "No run has the id " + shortened(runId) + ".");
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    /** The header, which an EventSource sends when it comes back, is newer than what stands in its address. */
    private static String lastEventId(RoutingContext context) {
        String header = context.request().getHeader("Last-Event-ID");
        String query = context.request().getParam("last_event_id");
        return header != null ? header.trim() : query != null ? query.trim() : "";
    }

    private static boolean acceptsEvents(RoutingContext context) {
        List<MIMEHeader> accepted = context.parsedHeaders().accept();
        String raw = context.request().getHeader("Accept");
        if (raw == null || raw.isBlank()) {
            return true;
        }
        return accepted.stream()
                .filter(type -> type.weight() > 0)
                .anyMatch(type ->
                        (type.component().equals("*") && type.subComponent().equals("*"))
                                || (type.component().equalsIgnoreCase("text")
                                        && (type.subComponent().equals("*")
                                                || type.subComponent().equalsIgnoreCase("event-stream"))));
    }
}
