package dev.aideator.agent;

import dev.aideator.events.Payload;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what an agent says. */
public final class RecordingVoice implements Voice {

    private final StringBuffer output = new StringBuffer();
    private final StringBuffer log = new StringBuffer();
    private final List<Payload> told = new CopyOnWriteArrayList<>();

    @Override
    public void output(String text) {
        output.append(text);
    }

    @Override
    public void tell(Payload payload) {
        told.add(payload);
    }

    @Override
    public void log(String text) {
        log.append(text);
    }

    public String output() {
        return output.toString();
    }

    public String log() {
        return log.toString();
    }

    public List<Payload> told() {
        return told;
    }
}
