package dev.aideator.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** TCP connections of this machine, as Linux tells of them. */
final class Sockets {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final String ESTABLISHED = "01";

    private Sockets() {}

    /** What the kernel holds of what {@code from} sent and {@code to} has not read, both ports; empty when they are not connected. */
    static OptionalLong queued(int from, int to) {
        LongStream.Builder queues = LongStream.builder();
        boolean there = false;
        for (String[] socket : (Iterable<String[]>) sockets()::iterator) {
            if (!socket[3].equals(ESTABLISHED)) {
                continue;
            }
            String[] queue = socket[4].split(":");
            if (port(socket[1]) == from && port(socket[2]) == to) {
                there = true;
                queues.add(Long.parseLong(queue[0], 16));
            } else if (port(socket[1]) == to && port(socket[2]) == from) {
                queues.add(Long.parseLong(queue[1], 16));
            }
        }
        return there ? OptionalLong.of(queues.build().sum()) : OptionalLong.empty();
    }

    private static Stream<String[]> sockets() {
        return TABLES.stream()
                .flatMap(table -> {
                    try {
                        return Files.readAllLines(table).stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[0].matches("\\d+:"));
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
    }
}
