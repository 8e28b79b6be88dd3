package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.run.AttemptRef;
import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import io.fabric8.kubernetes.api.model.HasMetadata;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How the objects of an attempt are named and labelled, so that an attempt is found by its objects and these by it. */
final class AgentLabels {

    private static final String NAME = "app.kubernetes.io/name";
    private static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    private static final String INSTALLATION = "aideator.dev/installation";
    private static final String RUN = "aideator.dev/run";
    private static final String VARIATION = "aideator.dev/variation";
    private static final String ATTEMPT = "aideator.dev/attempt";

    private AgentLabels() {}

    /** The Job's name, and its Secret's; at most 63 characters, as the Job controller puts it into a label. */
    static String name(AttemptRef attempt) {
        return "agent-" + attempt.run() + "-" + attempt.variation().index() + "-" + attempt.epoch();
    }

    static Map<String, String> of(AttemptRef attempt, String installation) {
        Map<String, String> labels = new TreeMap<>(ofInstallation(installation));
        labels.put(RUN, attempt.run().toString());
        labels.put(VARIATION, Integer.toString(attempt.variation().index()));
        labels.put(ATTEMPT, Long.toString(attempt.epoch()));
        return labels;
    }

    /** What selects all objects of one AIdeator, and no other's. */
    static Map<String, String> ofInstallation(String installation) {
        return Map.of(NAME, "aideator-agent", MANAGED_BY, "aideator", INSTALLATION, installation);
    }

    static boolean isOf(HasMetadata object, AttemptRef attempt, String installation) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null
                && labels.entrySet().containsAll(of(attempt, installation).entrySet());
    }

    /** Empty for an object whose labels do not name an attempt. */
    static Optional<AttemptRef> attempt(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        if (labels == null || labels.get(RUN) == null) {
            return Optional.empty();
        }
        try {
            int variation = Integer.parseInt(labels.getOrDefault(VARIATION, ""));
            long epoch = Long.parseLong(labels.getOrDefault(ATTEMPT, ""));
            return RunId.parse(labels.get(RUN)).map(run -> new AttemptRef(new VariationRef(run, variation), epoch));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
