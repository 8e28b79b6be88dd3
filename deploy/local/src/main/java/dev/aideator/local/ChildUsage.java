package dev.aideator.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What one process took from its start to its end, as Linux tells it. Times are nanoseconds, the processor's in steps of
 * 10 ms and with all that the process awaited itself; {@code peakBytes} is resident memory.
 */
record ChildUsage(long toFirstLine, long toExit, long peakBytes, long processorTime, String output) {

    private static final Path SELF = Path.of("/proc/self/stat");

    /** The kernel's unit for processor time, the same on all its architectures that we run on. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

    static boolean canBeTold() {
        return Files.isReadable(SELF);
    }

    /** Runs a process that prints a line or more. Nothing else that this process started may end meanwhile. */
    static ChildUsage of(ProcessBuilder builder) throws IOException, InterruptedException {
        long before = ofEndedChildren();
        long start = System.nanoTime();
        Process process = builder.start();
        PeakMemory memory = PeakMemory.watch(process.pid());
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            String first = lines.readLine();
            long firstAt = System.nanoTime();
            String rest = lines.lines().collect(Collectors.joining("\n"));
            process.waitFor();
            long exitAt = System.nanoTime();
            return new ChildUsage(
                    firstAt - start, exitAt - start, memory.bytes(), ofEndedChildren() - before, first + "\n" + rest);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Processor time of the children that have ended and were waited for. */
    private static long ofEndedChildren() throws IOException {
        String stat = Files.readString(SELF);
        // The name in brackets may hold anything; the state follows it, the children's times are the 14th and 15th.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * TICK;
    }

    /** Looks again and again: the kernel keeps the peak, but forgets it with the process. */
    private static final class PeakMemory {

        private static final long BETWEEN_LOOKS_MILLIS = 5;

        private final Path status;
        private final Thread looker;
        private long bytes;

        private PeakMemory(long pid) {
            status = Path.of("/proc", Long.toString(pid), "status");
            looker = Thread.ofPlatform().daemon().start(this::look);
        }

        static PeakMemory watch(long pid) {
            return new PeakMemory(pid);
        }

        /** Once the process has ended. */
        long bytes() throws InterruptedException {
            looker.join();
            return bytes;
        }

        private void look() {
            try {
                while (true) {
                    String text = Files.readString(status);
                    int at = text.indexOf("VmHWM:");
                    if (at < 0) {
                        // It has ended, and nobody has waited for it yet.
                        return;
                    }
                    String kilobytes =
                            text.substring(at + 6, text.indexOf("kB", at)).strip();
                    bytes = Long.parseLong(kilobytes) * 1024;
                    Thread.sleep(BETWEEN_LOOKS_MILLIS);
                }
            } catch (IOException | InterruptedException e) {
                // It has ended.
            }
        }
    }
}
