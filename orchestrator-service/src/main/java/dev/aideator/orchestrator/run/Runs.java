package dev.aideator.orchestrator.run;

import dev.aideator.orchestrator.archive.Archive;
import dev.aideator.orchestrator.archive.ArchiveHead;
import dev.aideator.orchestrator.pick.Picks;
import dev.aideator.orchestrator.run.RunRefused.NeverFits;
import dev.aideator.orchestrator.run.RunRefused.NoResultYet;
import dev.aideator.orchestrator.run.RunRefused.NotEnded;
import dev.aideator.orchestrator.run.RunRefused.ShuttingDown;
import dev.aideator.orchestrator.run.RunRefused.UnknownAttempt;

import io.quarkus.narayana.jta.QuarkusTransaction;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;

import static dev.aideator.orchestrator.run.RunRepository.variation;

/**
 * What users do with runs. Each method is one transaction; the ones that take a {@link RunId} throw
 * {@link RunRefused.UnknownRun}, those that take a {@link VariationRef} also {@link RunRefused.UnknownVariation}.
 */
@ApplicationScoped
public class Runs {

    private final RunRepository runs;
    private final RunViews views;
    private final IdempotencyKeys keys;
    private final Archive archive;
    private final Picks picks;
    private final RunCapacity capacity;
    private final Event<RunChanged> changes;
    private final Clock clock;
    private final Supplier<RunId> ids;
    private volatile boolean closed;

    Runs(
            RunRepository runs,
            RunViews views,
            IdempotencyKeys keys,
            Archive archive,
            Picks picks,
            RunCapacity capacity,
            Event<RunChanged> changes,
            Clock clock,
            Supplier<RunId> ids) {
        this.runs = runs;
        this.views = views;
        this.keys = keys;
        this.archive = archive;
        this.picks = picks;
        this.capacity = capacity;
        this.changes = changes;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Takes a run; its agents start when there is room. A request that repeats an earlier one's key within 24 hours
     * gets that one's run, or {@link RunRefused.KeyReused} when it asks for something else. {@link NeverFits} for a run
     * that could not start however long it waits.
     */
    @Transactional
    public Started start(NewRun request, Optional<String> idempotencyKey) {
        if (closed) {
            throw new ShuttingDown();
        }
        RunId id = ids.get();
        Optional<RunId> earlier = idempotencyKey.flatMap(key -> keys.claim(key, request, id));
        if (earlier.isPresent()) {
            return new Started(views.whole(runs.get(earlier.get())), false);
        }
        checkThatFits(request.agents().size());
        Run run = Run.queued(id, request, clock.instant());
        runs.persistAndFlush(run);
        archive.begin(id, run.variations.size());
        changes.fire(new RunChanged(id));
        return new Started(views.whole(run), true);
    }

    private void checkThatFits(int variations) {
        if (capacity.now() instanceof Capacity.WholeRuns room && variations > room.most()) {
            throw new NeverFits(variations, room);
        }
    }

    @Transactional
    public RunView find(RunId id) {
        return views.whole(runs.get(id));
    }

    /** What a gateway must know to put the run's streams together. */
    @Transactional
    public RunShape shape(RunId id) {
        Run run = runs.get(id);
        return new RunShape(
                id,
                run.state,
                run.lastEventSeq,
                run.lastCompleteSeq,
                run.variations.stream().map(Variation::shape).toList());
    }

    /** Newest first; {@code page} counts from 0. */
    @Transactional
    public RunPage list(Optional<RunState> state, int page, int size) {
        var query = runs.newestFirst(state);
        return new RunPage(views.shortened(query.page(page, size).list()), query.count());
    }

    /** Asks all that still runs to end; a run that ended already stays as it is. */
    @Transactional
    public RunView cancel(RunId id) {
        return cancel(id, CancelReason.USER);
    }

    @Transactional
    public RunView cancel(RunId id, CancelReason reason) {
        Run run = runs.lock(id);
        if (!run.state.isFinal()) {
            run.cancel(reason, clock.instant());
            changes.fire(new RunChanged(id));
        }
        return views.whole(run);
    }

    /** The same for one variation; the others go on. */
    @Transactional
    public RunView cancelVariation(VariationRef ref) {
        Run run = runs.lock(ref.run());
        Variation variation = variation(run, ref);
        if (!run.state.isFinal()) {
            run.cancel(variation, CancelReason.USER, clock.instant());
            changes.fire(new RunChanged(ref.run()));
        }
        return views.whole(run);
    }

    /**
     * Tries an ended variation again, with a fresh attempt; a run that had ended goes on. {@link NotEnded} while an
     * attempt of it is under way or queued, {@link NeverFits} when there is no longer room for any.
     */
    @Transactional
    public RunView retry(VariationRef ref) {
        if (closed) {
            throw new ShuttingDown();
        }
        checkThatFits(1);
        Run run = runs.lock(ref.run());
        Variation variation = variation(run, ref);
        if (variation.state != VariationState.ENDED) {
            throw new NotEnded(ref, variation.shown());
        }
        run.retry(variation, clock.instant());
        changes.fire(new RunChanged(ref.run()));
        return views.whole(run);
    }

    /**
     * Picks what a variation's last ended attempt left, in place of what was picked before. While a retry goes on, that
     * is what was left before it.
     */
    @Transactional
    public RunView select(VariationRef ref, String reason) {
        Run run = runs.lock(ref.run());
        picks.add(ref, resultEpoch(run, ref), reason);
        return views.whole(run);
    }

    /** What the latest attempt with any output said last; {@link NoResultYet} while there is nothing. */
    public FinalText finalText(VariationRef ref) {
        // The archive reads in transactions of its own: to keep one open meanwhile would take two connections.
        long epoch = QuarkusTransaction.requiringNew().call(() -> outputEpoch(variation(runs.get(ref.run()), ref)));
        return archive.finalText(ref, epoch);
    }

    /**
     * All that the latest attempt with any output put out, as far as it is archived: while the agent works, the latest
     * seconds are missing. {@link NoResultYet} while there is nothing.
     */
    @Transactional
    public AgentText output(VariationRef ref) {
        return output(ref, outputEpoch(variation(runs.get(ref.run()), ref)));
    }

    /** The same of one attempt, perhaps nothing; {@link UnknownAttempt} when there is none. */
    @Transactional
    public AgentText output(AttemptRef ref) {
        if (variation(runs.get(ref.run()), ref.variation()).attempt(ref.epoch()).isEmpty()) {
            throw new UnknownAttempt(ref);
        }
        return output(ref.variation(), ref.epoch());
    }

    private AgentText output(VariationRef ref, long epoch) {
        return out -> archive.writeOutput(ref, epoch, out);
    }

    private static long resultEpoch(Run run, VariationRef ref) {
        Variation variation = variation(run, ref);
        if (variation.resultEpoch == null) {
            throw new NoResultYet(
                    ref,
                    variation.state == VariationState.ENDED
                            ? "its agent put nothing out."
                            : "it is still " + variation.shown().wireName() + ".");
        }
        return variation.resultEpoch;
    }

    private long outputEpoch(Variation variation) {
        ArchiveHead head = archive.head(variation.ref());
        if (!head.hasOutput()) {
            throw new NoResultYet(variation.ref(), "its agent put nothing out.");
        }
        return head.outputEpoch();
    }

    /** From now on no run is taken: everything is about to be stopped. */
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }

    /** Runs that have not ended. */
    @Transactional
    public List<RunId> live() {
        return runs.list("endedAt is null").stream().map(Run::id).toList();
    }

    /** Forgets idempotency keys that are no longer kept. */
    @Transactional
    public void purgeKeys() {
        keys.purge();
    }
}
