package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.events.Outcome;
import dev.aideator.orchestrator.run.Ending;
import dev.aideator.orchestrator.run.Waiting;

/** Why a cluster does not make an object; {@code text} is its own. Jobs and their pods are refused in the same words. */
record Refusal(Kind kind, String text) {

    enum Kind {
        /** There is no room now; there may be later. */
        QUOTA,
        /** A rule of the cluster forbids what was asked for. */
        ADMISSION,
        /** We may not, or the namespace is not there: the operator can change that. */
        RIGHTS,
        /** Anything else, such as an admission webhook that does not answer. */
        OTHER
    }

    static Refusal of(String text) {
        return new Refusal(kind(text), text);
    }

    private static Kind kind(String text) {
        if (text.contains("exceeded quota")) {
            return Kind.QUOTA;
        }
        if (text.contains("denied the request")
                || text.contains("violates PodSecurity")
                || text.contains("usage per ")
                || text.contains(" is invalid:")
                || text.contains("ValidatingAdmissionPolicy")
                || text.contains("failed quota: ")
                || text.contains("no PriorityClass with name")
                || text.contains("RuntimeClass")) {
            return Kind.ADMISSION;
        }
        boolean rights = text.contains(" cannot create ")
                || text.contains(" cannot patch ")
                || text.contains("namespaces \"")
                || text.contains("serviceaccount \"");
        return rights ? Kind.RIGHTS : Kind.OTHER;
    }

    boolean isFinal() {
        return kind == Kind.ADMISSION;
    }

    Waiting waiting() {
        return switch (kind) {
            case QUOTA ->
                new Waiting(
                        false,
                        "quota_exceeded",
                        "Waiting for room: the cluster's quota is used up at the moment. " + text);
            case ADMISSION, RIGHTS, OTHER ->
                new Waiting(false, "pod_not_created", "The cluster did not make the agent's pod yet. " + text);
        };
    }

    Ending ending() {
        return switch (kind) {
            case QUOTA ->
                new Ending(
                        Outcome.QUOTA_EXCEEDED,
                        "quota_exceeded",
                        "The cluster's quota left no room for the agent. " + text);
            case ADMISSION ->
                new Ending(
                        Outcome.ADMISSION_REFUSED,
                        "admission_refused",
                        "A rule of the cluster does not let the agent in. " + text);
            case RIGHTS ->
                new Ending(
                        Outcome.START_FAILED,
                        "not_allowed",
                        "AIdeator may not start agents in this cluster; its operator has to allow it. " + text);
            case OTHER -> new Ending(Outcome.START_FAILED, "pod_not_created", "The agent's pod was not made. " + text);
        };
    }
}
