package dev.aideator.orchestrator.catalogue;

/** A model that the agent named {@code agent} can use. {@code reason} says why it can't here, null if it can. */
public record Model(String name, String agent, String reason) {

    public boolean available() {
        return reason == null;
    }
}
