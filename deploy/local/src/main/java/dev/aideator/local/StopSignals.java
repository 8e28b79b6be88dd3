package dev.aideator.local;

import sun.misc.Signal;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C, TERM, and the end of the terminal. A shutdown hook would not do: it hears the first of them only, and the
 * second Ctrl-C is to hurry.
 */
final class StopSignals {

    private StopSignals() {}

    /** sun.misc.Signal has no other name; every JDK keeps it for lack of a replacement (JEP 260). */
    static void handle(Runnable first, Runnable further) {
        AtomicInteger count = new AtomicInteger();
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signal.handle(new Signal(name), signal -> (count.getAndIncrement() == 0 ? first : further).run());
        }
    }
}
