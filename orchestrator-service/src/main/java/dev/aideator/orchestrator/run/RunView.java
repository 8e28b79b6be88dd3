package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.pick.PickView;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A run as it stands. {@code baseRef}, {@code startedAt} and {@code endedAt} are null where there is none.
 *
 * @param prompt in a list, its first 200 characters only
 * @param picks every choice made, oldest first; the last one holds
 */
public record RunView(
        RunId id,
        RunState state,
        String githubUrl,
        String baseRef,
        String image,
        String prompt,
        boolean promptTruncated,
        List<VariationView> variations,
        List<PickView> picks,
        Instant createdAt,
        Instant startedAt,
        Instant endedAt) {

    public Optional<PickView> pick() {
        return picks.isEmpty() ? Optional.empty() : Optional.of(picks.getLast());
    }
}
