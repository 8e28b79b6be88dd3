package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.run.RunRefused.UnknownRun;
import dev.aideator.orchestrator.run.RunRefused.UnknownVariation;

import io.quarkus.hibernate.orm.panache.PanacheQuery;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;

import java.util.Optional;
import java.util.UUID;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;

@ApplicationScoped
class RunRepository implements PanacheRepositoryBase<Run, UUID> {

    private static final Sort NEWEST_FIRST = Sort.descending("createdAt").and("id");

    Run get(RunId id) {
        return findByIdOptional(id.value()).orElseThrow(() -> new UnknownRun(id));
    }

    /** For whoever is going to change it: others wait until this transaction ends. */
    Run lock(RunId id) {
        return findByIdOptional(id.value(), LockModeType.PESSIMISTIC_WRITE).orElseThrow(() -> new UnknownRun(id));
    }

    PanacheQuery<Run> newestFirst(Optional<RunState> state) {
        return state.map(wanted -> find("state", NEWEST_FIRST, wanted)).orElseGet(() -> findAll(NEWEST_FIRST));
    }

    static Variation variation(Run run, VariationRef ref) {
        return run.variation(ref.index()).orElseThrow(() -> new UnknownVariation(ref));
    }
}
