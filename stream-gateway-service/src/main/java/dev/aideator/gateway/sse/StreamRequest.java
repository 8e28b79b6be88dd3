package dev.aideator.gateway.sse;

import dev.aideator.edge.Problem;
import dev.aideator.events.Position;
import dev.aideator.events.RunKeys;
import dev.aideator.gateway.edge.EdgeConfig;
import dev.aideator.gateway.hub.HubKey;

import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;

import java.util.List;
import java.util.Locale;

/** What a viewer asks for, or what is wrong with the question. */
sealed interface StreamRequest {

    /** A run, and how far the viewer is with it. */
    record Watch(HubKey key, Position from) implements StreamRequest {}

    record Refused(Problem problem) implements StreamRequest {}

    static StreamRequest of(RoutingContext context, HubKey.Backend backend, EdgeConfig edge) {
        if (!acceptsEvents(context.parsedHeaders().accept(), context.request().getHeader("Accept"))) {
            return new Refused(new Problem(
                    406,
                    "not-acceptable",
                    "This is a stream of events",
                    "It comes as text/event-stream, which your Accept header leaves out."));
        }
        String runId = context.pathParam("run");
        if (HubKey.isKept(runId)) {
            runId = runId.toLowerCase(Locale.ROOT);
        } else if (!edge.allowAdhocRuns() || !RunKeys.isRunId(runId) || backend == HubKey.Backend.LOGS) {
            return new Refused(unknown(runId));
        }
        try {
            return new Watch(new HubKey(runId, backend), Position.parse(lastEventId(context)));
        } catch (IllegalArgumentException e) {
            return new Refused(
                    new Problem(400, "last-event-id-malformed", "That is no position of a stream", e.getMessage()));
        }
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

    private static boolean acceptsEvents(List<MIMEHeader> accepted, String raw) {
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
