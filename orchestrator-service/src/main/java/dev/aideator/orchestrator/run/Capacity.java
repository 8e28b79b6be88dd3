package dev.aideator.orchestrator.run;

/** How much may be under way at once, and in which portions the queue is let in. */
public sealed interface Capacity {

    /** So many attempts, whichever runs they are of; one ends and the next variation starts. */
    record Slots(int most) implements Capacity {}

    /**
     * All variations of a run at once or none, and nobody overtakes. An attempt counts until its workspace is gone,
     * since its pod does.
     *
     * @param most how many attempts; a run that has more variations never starts
     * @param why what limits it, as a sentence for the user
     */
    record WholeRuns(int most, String why) implements Capacity {

        String tooSmallFor(int variations) {
            return "All " + variations
                    + " variations of a run start together here, and there is never room for more than " + most + ". "
                    + why;
        }
    }

    /** Nobody knows yet: nothing starts, and nothing is given up. */
    record Unknown() implements Capacity {}

    /** Someone else admits what is started: nothing waits here. */
    record Unbounded() implements Capacity {}
}
