package dev.aideator.orchestrator.pick;

import dev.aideator.orchestrator.run.RunId;
import dev.aideator.orchestrator.run.VariationRef;

import io.quarkus.hibernate.orm.panache.PanacheRepository;

import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jakarta.enterprise.context.ApplicationScoped;

/** What users chose. Nothing is overwritten: the newest choice holds, the older ones tell how it came about. */
@ApplicationScoped
public class Picks {

    private final PickRepository picks;
    private final Clock clock;

    Picks(PickRepository picks, Clock clock) {
        this.picks = picks;
        this.clock = clock;
    }

    /** Joins the caller's transaction. Choosing again what holds already, for the same reason, changes nothing. */
    public void add(VariationRef variation, long epoch, String reason) {
        Pick pick = new Pick(variation, epoch, reason, clock.instant());
        boolean holds = picks.find(
                        "runId = ?1 order by id desc", variation.run().value())
                .firstResultOptional()
                .filter(pick::saysTheSameAs)
                .isPresent();
        if (!holds) {
            picks.persist(pick);
        }
    }

    /** Oldest first. */
    public Map<RunId, List<PickView>> of(Collection<RunId> runs) {
        return picks
                .list("runId in ?1 order by id", runs.stream().map(RunId::value).toList())
                .stream()
                .collect(Collectors.groupingBy(
                        pick -> new RunId(pick.runId),
                        Collectors.mapping(Pick::view, Collectors.toUnmodifiableList())));
    }

    @ApplicationScoped
    static class PickRepository implements PanacheRepository<Pick> {}
}
