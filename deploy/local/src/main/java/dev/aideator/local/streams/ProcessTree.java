package dev.aideator.local.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What some processes take together, as Linux tells it. */
record ProcessTree(List<ProcessHandle> processes) {

    /** A process and all that it started. */
    static ProcessTree of(ProcessHandle root) {
        return new ProcessTree(
                Stream.concat(Stream.of(root), root.descendants()).toList());
    }

    /** User and system time, in steps of 10 ms. */
    long processorNanos() {
        return processes.stream()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .mapToLong(Duration::toNanos)
                .sum();
    }

    long residentBytes() {
        return processes.stream().mapToLong(ProcessTree::residentBytes).sum();
    }

    private static long residentBytes(ProcessHandle process) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
            int at = status.indexOf("VmRSS:");
            return at < 0
                    ? 0
                    : Long.parseLong(status.substring(at + 6, status.indexOf("kB", at))
                                    .strip())
                            * 1024;
        } catch (IOException e) {
            // It has ended.
            return 0;
        }
    }
}
