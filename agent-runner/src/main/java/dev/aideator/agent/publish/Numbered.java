package dev.aideator.agent.publish;

/** An event that has its number: the line as it stands everywhere, and the channel that announces it. */
record Numbered(long seq, String channel, String line) {

    /** About what it takes in memory. */
    int weight() {
        return line.length() + 64;
    }
}
