package dev.aideator.faults;

import dev.aideator.servers.EmbeddedRedis;
import dev.aideator.servers.Ports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A Redis with an append-only file, written every second, that can be killed and comes back at the same address. */
final class MortalRedis implements AutoCloseable {

    /** What its disk still has: the kernel writes what Redis gave it, unless the machine goes down with Redis. */
    enum Disk {
        WHOLE,
        WITHOUT_THE_LAST_WRITES,
        EMPTY;

        static Disk of(long number) {
            return values()[Math.floorMod(number, values().length)];
        }
    }

    private final Path data;
    private volatile EmbeddedRedis redis;
    private volatile long remembered;

    MortalRedis(Path folder) {
        data = folder.resolve("data");
        redis = EmbeddedRedis.start(data, Ports.free(), folder.resolve("redis.log"));
    }

    String url() {
        return redis.url();
    }

    int port() {
        return redis.port();
    }

    /** At least what it has now will be there again, unless its disk is empty. */
    void remember() {
        try {
            remembered = Files.size(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL; returns when it is there again. */
    void die(Disk disk, Duration away) {
        redis.process().kill();
        switch (disk) {
            case WHOLE -> {}
            case WITHOUT_THE_LAST_WRITES -> keep(remembered);
            case EMPTY -> keep(0);
        }
        LockSupport.parkNanos(away.toNanos());
        redis = redis.restart();
    }

    private Path file() {
        return data.resolve("appendonly.aof");
    }

    private void keep(long bytes) {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
