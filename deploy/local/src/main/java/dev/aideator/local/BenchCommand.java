package dev.aideator.local;

import picocli.CommandLine.Command;

import java.util.concurrent.Callable;

@Command(name = "bench")
final class BenchCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
