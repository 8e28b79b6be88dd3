package dev.aideator.local.streams;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The whole machine, as Linux tells it: what else goes on takes from everybody. */
final class Machine {

    private static final Path STAT = Path.of("/proc/stat");
    /** The kernel's unit for processor time, the same on all its architectures that we run on. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

    private static final List<String> NOT_BUSY = List.of("idle", "iowait", "guest", "guest_nice");
    private static final List<String> FIELDS =
            List.of("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice");

    private Machine() {}

    /** Processor time of everything since the start of the machine, over all processors. */
    static long busyNanos() throws IOException {
        try (Stream<String> lines = Files.lines(STAT)) {
            String[] all = lines.findFirst().orElseThrow().split("\\s+");
            long[] ticks = Arrays.stream(all).skip(1).mapToLong(Long::parseLong).toArray();
            long busy = 0;
            for (int i = 0; i < Math.min(ticks.length, FIELDS.size()); i++) {
                // A guest's time is in the user's already.
                if (!NOT_BUSY.contains(FIELDS.get(i))) {
                    busy += ticks[i];
                }
            }
            return busy * TICK;
        }
    }

    /** Processes that wanted a processor, on average over the last minute. */
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
