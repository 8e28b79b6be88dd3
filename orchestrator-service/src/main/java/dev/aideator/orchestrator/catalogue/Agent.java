package dev.aideator.orchestrator.catalogue;

/** A way to turn a prompt and a checkout into events, by the name that a run asks for. */
public sealed interface Agent {

    /** Lower case, digits and dashes. */
    String name();

    String title();

    String description();

    /** True when a run must name a model as well. */
    default boolean needsModel() {
        return false;
    }

    /** Part of the agent runner. */
    record BuiltIn(String name, String title, String description, boolean needsModel) implements Agent {}

    /** A program that the operator named; {@code line} is what the shell gets. */
    record Command(String name, String line) implements Agent {
        @Override
        public String title() {
            return name;
        }

        @Override
        public String description() {
            return "A program that this installation's operator provides: it gets the prompt on its standard input,"
                    + " in a fresh checkout.";
        }
    }

    /** Known, but not to be had here; {@code reason} says why, and what would change that. */
    record Unavailable(String name, String title, String description, boolean needsModel, String reason)
            implements Agent {}
}
