package dev.aideator.local.streams;

/**
 * One kind of measurement. {@code perSecond}: of each run, 0 for as fast as the server takes them; {@code stored}: the
 * events are there before the viewers come.
 */
record Load(String title, int runs, int viewersPerRun, int events, int perSecond, boolean stored) {

    static Load saturated(StreamBenchSizes sizes) {
        return new Load(
                "Saturated: 1 run, %,d viewers, events as fast as the server takes them".formatted(sizes.viewers()),
                1,
                sizes.viewers(),
                sizes.events(),
                0,
                false);
    }

    static Load paced(StreamBenchSizes sizes) {
        return new Load(
                "Paced: 100 events/s, 1 run, %,d viewers".formatted(sizes.viewers()),
                1,
                sizes.viewers(),
                100 * sizes.seconds(),
                100,
                false);
    }

    static Load replay(StreamBenchSizes sizes) {
        return new Load(
                "Replay: %,d viewers come at once to 1,000 stored events".formatted(sizes.viewers()),
                1,
                sizes.viewers(),
                1000,
                0,
                true);
    }

    static Load tokens(StreamBenchSizes sizes) {
        return new Load(
                "Tokens: %,d runs, 30 events/s each, 2 viewers each".formatted(sizes.runs()),
                sizes.runs(),
                2,
                30 * sizes.seconds(),
                30,
                false);
    }

    /** What a server is given in a round. */
    int eventsFor(Contender contender) {
        return perSecond == 0 && !stored ? Math.max(1, (int) (events * contender.speed())) : events;
    }

    boolean isFor(Contender contender) {
        return !stored || contender.keepsEvents();
    }
}
