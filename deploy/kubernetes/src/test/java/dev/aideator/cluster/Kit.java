package dev.aideator.cluster;

import java.io.IOException;
import java.util.List;

/** The script that runs this machine's own cluster and can break it to order. */
public final class Kit {

    private final String script;

    Kit(String script) {
        this.script = script;
    }

    /** Ends one of the cluster's programs, such as {@code kubelet}, with a signal's name. */
    public void stop(String program, String signal) throws IOException, InterruptedException {
        Command.run(List.of(script, "stop", program, signal)).mustSucceed();
    }

    public void start(String program) throws IOException, InterruptedException {
        Command.run(List.of(script, "start", program)).mustSucceed();
    }

    /** Adds nodes that only pretend; 0 takes them away. */
    public void simulate(int nodes) throws IOException, InterruptedException {
        Command.run(List.of(script, "simulate", Integer.toString(nodes))).mustSucceed();
    }
}
