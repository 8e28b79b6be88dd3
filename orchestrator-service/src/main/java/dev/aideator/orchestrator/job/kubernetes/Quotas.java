package dev.aideator.orchestrator.job.kubernetes;

import dev.aideator.orchestrator.run.Capacity;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** How many agents fit into what the namespace's ResourceQuotas allow. */
final class Quotas {

    private Quotas() {}

    /**
     * The room for {@code atMost} agents or, where a quota has room for fewer, for these. What others use in the
     * namespace is not looked at: it comes and goes, and Kubernetes says when it is in the way.
     */
    static Capacity.WholeRuns room(List<ResourceQuota> quotas, KubernetesConfig config, int atMost) {
        Map<String, Quantity> perAgent = Map.ofEntries(
                Map.entry("pods", new Quantity("1")),
                Map.entry("count/pods", new Quantity("1")),
                Map.entry("count/jobs.batch", new Quantity("1")),
                Map.entry("cpu", new Quantity(config.cpuRequest())),
                Map.entry("requests.cpu", new Quantity(config.cpuRequest())),
                Map.entry("limits.cpu", new Quantity(config.cpuLimit())),
                Map.entry("memory", new Quantity(config.memoryRequest())),
                Map.entry("requests.memory", new Quantity(config.memoryRequest())),
                Map.entry("limits.memory", new Quantity(config.memoryLimit())));
        Capacity.WholeRuns room =
                new Capacity.WholeRuns(atMost, "MAX_PARALLEL_AGENTS lets " + agents(atMost) + " run at once.");
        for (ResourceQuota quota : quotas) {
            if (isScoped(quota)) {
                continue;
            }
            for (Map.Entry<String, Quantity> hard : quota.getSpec().getHard().entrySet()) {
                Quantity each = perAgent.get(hard.getKey());
                int most = each == null ? Integer.MAX_VALUE : fit(hard.getValue(), each);
                if (most < room.most()) {
                    room = new Capacity.WholeRuns(
                            most,
                            "The cluster's quota " + quota.getMetadata().getName() + " lets " + agents(most)
                                    + " run at once (" + hard.getKey() + " " + hard.getValue() + ", " + each
                                    + " each).");
                }
            }
        }
        return room;
    }

    private static int fit(Quantity hard, Quantity each) {
        BigDecimal one = each.getNumericalAmount();
        return one.signum() <= 0
                ? Integer.MAX_VALUE
                : hard.getNumericalAmount()
                        .divide(one, 0, RoundingMode.FLOOR)
                        .min(BigDecimal.valueOf(Integer.MAX_VALUE))
                        .intValue();
    }

    /** Such a quota counts some pods only, and which is its operator's secret. */
    private static boolean isScoped(ResourceQuota quota) {
        return !quota.getSpec().getScopes().isEmpty() || quota.getSpec().getScopeSelector() != null;
    }

    private static String agents(int count) {
        return count == 1 ? "1 agent" : count + " agents";
    }
}
