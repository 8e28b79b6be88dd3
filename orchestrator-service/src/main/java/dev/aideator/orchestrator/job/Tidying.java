package dev.aideator.orchestrator.job;

import dev.aideator.orchestrator.run.AttemptRef;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Removes what ended attempts left behind, and makes a runner leave that does not although it may. One pass at a time:
 * many attempts end together, and each of them asks for one. Thread-safe.
 */
final class Tidying {

    /** A cluster under load takes its time, and to be told again each moment would only add to that. */
    static final Duration BETWEEN_KILLS = Duration.ofSeconds(20);

    private final Function<Duration, List<AttemptRef>> untidied;
    private final Consumer<AttemptRef> tidy;
    private final Consumer<AttemptRef> kill;
    private final Duration grace;
    private final InstantSource clock;

    private final AtomicInteger asked = new AtomicInteger();
    private final Map<AttemptRef, Instant> killAgainAt = new HashMap<>();

    /**
     * {@code untidied}: those that ended so long ago and are not tidied; {@code grace}: how long after an attempt's end
     * its runner may take to leave.
     */
    Tidying(
            Function<Duration, List<AttemptRef>> untidied,
            Consumer<AttemptRef> tidy,
            Consumer<AttemptRef> kill,
            Duration grace,
            InstantSource clock) {
        this.untidied = untidied;
        this.tidy = tidy;
        this.kill = kill;
        this.grace = grace;
        this.clock = clock;
    }

    /** What a call of {@link #pass} came to. */
    enum Pass {
        DONE,
        /** And others asked for one meanwhile: call again, when there is time. */
        DONE_AND_ASKED_FOR,
        /** One is under way; whoever makes it is told. */
        UNDER_WAY
    }

    Pass pass() {
        if (asked.getAndIncrement() > 0) {
            return Pass.UNDER_WAY;
        }
        int times;
        try {
            removeAll();
        } finally {
            times = asked.getAndSet(0);
        }
        return times > 1 ? Pass.DONE_AND_ASKED_FOR : Pass.DONE;
    }

    private void removeAll() {
        untidied.apply(Duration.ZERO).forEach(tidy);
        List<AttemptRef> lingering = untidied.apply(grace);
        killAgainAt.keySet().retainAll(new HashSet<>(lingering));
        Instant now = clock.instant();
        for (AttemptRef attempt : lingering) {
            if (!now.isBefore(killAgainAt.getOrDefault(attempt, Instant.MIN))) {
                killAgainAt.put(attempt, now.plus(BETWEEN_KILLS));
                kill.accept(attempt);
            }
        }
    }
}
